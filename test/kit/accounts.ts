/** Accounts for tests over real stores, with passwords whose work is counted. */
import type { Test } from 'tap'
import { createAccounts } from '../../app/accounts.ts'
import { all } from '../../app/resources/all.ts'
import {
  createPasswords,
  createSessions,
  createTokens,
  generateTokenKey,
  parseTokenKeys,
  type Passwords,
  type Queryable,
  type Transaction,
} from '../../framework/index.ts'
import { PASSWORD } from './messenger.ts'
import { sessionParts } from './session-parts.ts'
import { openTestStores } from './stores.ts'

/** Accounts with one user, tim, whose password is that of the kit. `beforeVerify` runs when a password is about to be checked, `beforeStatement` before each of the app's own statements. */
export async function openAccounts(t: Test) {
  const stores = await openTestStores(t, all)
  const users = stores.store('user')
  const { sessions: sessionStore, records, log } = sessionParts(stores)
  const now = Date.now
  const keys = parseTokenKeys(generateTokenKey())
  const tokens = createTokens({ keys, issuer: 'us', audience: 'us', now })
  let ids = 0
  const newId = (): string => `00000000-0000-7000-9000-${String(++ids).padStart(12, '0')}`
  const sessions = createSessions({ records, tokens, now, newId })
  const real = createPasswords()
  const world = {
    beforeVerify: async () => {},
    beforeStatement: async (_text: string) => {},
    prove: async () => false,
    isOld: false,
    verified: 0,
  }
  const passwords: Passwords = {
    hash: real.hash,
    async verify(digest, password) {
      world.verified += 1
      await world.beforeVerify()
      return real.verify(digest, password)
    },
    needsRehash: (digest) => world.isOld || real.needsRehash(digest),
  }
  const { store, transactions } = stores
  const queryable = (transaction: Transaction): Queryable => {
    const { query } = transactions.writing(transaction)
    return {
      async query(statement) {
        await world.beforeStatement(statement.text)
        return query(statement)
      },
    }
  }
  const accounts = createAccounts({
    stores: { store, transactions, queryable },
    users,
    passwords,
    sessions,
    sessionStore,
    recoveries: stores.store('password_recovery'),
    confirmations: stores.store('email_confirmation'),
    availabilities: stores.store('availability'),
    log,
    now,
    // As of who has none; messenger.second-factor.test.ts is about those who have.
    secondFactors: { prove: () => world.prove() },
  })
  const signUp = async (account: object) => {
    const prepared = await accounts.prepare({ username: 'tim', password: PASSWORD, ...account })
    return stores.transactions.transaction((transaction) => accounts.signUp(prepared, transaction))
  }
  return { ...stores, users, tokens, accounts, world, signUp, tim: await signUp({}) }
}
