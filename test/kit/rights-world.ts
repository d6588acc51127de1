/** What the table of rights is worked out from: a messenger with somebody of each role, and each kind of row. */
import type { Test } from 'tap'
import { all } from '../../app/resources/all.ts'
import { createSecurityLog } from '../../app/security-log.ts'
import { allStoreFactories } from '../../app/stores/all.ts'
import { ANONYMOUS } from '../../framework/security/authorization.ts'
import { callerStores } from '../../framework/store/caller-stores.ts'
import type { PlainStore } from '../../framework/index.ts'
import { ADMIN_KEY, openTestMessenger, type Person, type TestMessenger } from './messenger.ts'
import { makeCases } from './rights-cases.ts'
import { leadsOf, type LeadsTo } from './rights-leads.ts'
import { makePeople } from './rights-people.ts'
import { rowMakers } from './rights-rows.ts'
import type { Cases, Role, Rules } from './rights.ts'
import { callerOf } from './stores.ts'

/** A messenger, and who is what in it. */
export interface RightsWorld {
  readonly messenger: TestMessenger
  readonly roles: readonly Role[]
  readonly rules: Rules
  readonly cases: Cases
  readonly leadsTo: LeadsTo
}

/** Opens it; closed when the test ends. */
export async function openRightsWorld(t: Test): Promise<RightsWorld> {
  const messenger = await openTestMessenger(t)
  const people = await makePeople(messenger)
  const admin = (await messenger.login('admin')).access_token
  const nobody: Role = { name: 'nobody', caller: ANONYMOUS, token: undefined }
  const roleOf = (name: string, { key, token }: Person): Role => ({
    name,
    caller: callerOf(key),
    token,
  })
  const roles = [
    nobody,
    roleOf('stranger', people.stranger),
    roleOf('former member', people.former),
    roleOf('member', people.member),
    roleOf('friend', people.friend),
    roleOf('blocked', people.blocked),
    roleOf('owner', people.owner),
    { name: 'admin', caller: callerOf(ADMIN_KEY, 'admin'), token: admin },
  ]
  const make = rowMakers(messenger)
  return {
    messenger,
    roles,
    rules: rulesOf(messenger),
    cases: makeCases(make, people),
    leadsTo: leadsOf(messenger, make, people),
  }
}

function rulesOf({ stores }: TestMessenger): Rules {
  const plain = (resource: string): PlainStore => stores.store(resource as 'user')
  const log = createSecurityLog({
    events: stores.store('security_event'),
    sessions: stores.store('session'),
  })
  const factories = allStoreFactories({ stores, log, now: Date.now })
  const peersOf = callerStores({ registry: all, factories, plain })
  return {
    plain,
    access(resource, caller) {
      const store = peersOf(caller).store(resource)
      if (store === undefined) throw new TypeError(`Nobody reaches ${resource}.`)
      return store.access
    },
  }
}
