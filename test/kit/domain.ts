/** The messenger's stores for tests of its domain, with people and conversations in them. */
import type { Test } from 'tap'
import type { DomainStores } from '../../app/domain-stores.ts'
import { createNotifier, type Notifier } from '../../app/notifications.ts'
import { all } from '../../app/resources/all.ts'
import { cell } from './sql.ts'
import { openTestStores, START } from './stores.ts'

/** What the domain is tested with. */
export interface TestDomain {
  readonly stores: DomainStores
  readonly notifier: Notifier
  readonly now: () => number
  /** Makes a user. @returns its key */
  person(username: string): Promise<string>
  /** Makes a group of these. @returns its key */
  group(...members: readonly string[]): Promise<string>
  /** Waits until so many statements wait for what others have locked. On a server alone. */
  untilWaiting(count: number): Promise<void>
}

const WAITING = `select count(*) from pg_stat_activity
  where datname = current_database() and wait_event_type = 'Lock'`

/** On a fresh database. */
export async function openTestDomain(t: Test): Promise<TestDomain> {
  const { store, transactions, database } = await openTestStores(t, all)
  const stores: DomainStores = { store, transactions, queryable: transactions.writing }
  return {
    stores,
    notifier: createNotifier({ stores, now: () => START }),
    now: () => START,
    async person(username) {
      return (await store('user').create({ username, password_digest: 'x' })).key
    },
    async group(...members) {
      const [owner_id = null] = members
      const last_message_at = new Date(START).toISOString()
      const item = { kind: 'group', owner_id, last_message_at } as const
      const { key: conversation_id } = await store('conversation').create(item)
      for (const user_id of members) {
        await store('conversation_member').create({ conversation_id, user_id })
      }
      return conversation_id
    },
    async untilWaiting(count) {
      while (Number(await cell(database, WAITING)) < count);
    },
  }
}
