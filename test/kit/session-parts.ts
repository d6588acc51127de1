/** What the messenger's code of sessions and accounts is made from, over stores of a test. */
import type { all } from '../../app/resources/all.ts'
import { createSecurityLog } from '../../app/security-log.ts'
import { createSessionRecords } from '../../app/session-records.ts'
import type { PlainStores } from '../../framework/postgres/postgres-stores.ts'

/** Sessions, their records, and the log that both write. */
export function sessionParts({ store }: Pick<PlainStores<(typeof all)['resources']>, 'store'>) {
  const sessions = store('session')
  const log = createSecurityLog({ events: store('security_event'), sessions })
  return { sessions, log, records: createSessionRecords({ sessions, log }) }
}
