/** Tests accounts.ts over real stores, with passwords whose work is counted. */
import type { Test } from 'tap'
import { test } from 'tap'
import { createAccounts, scopesOfUser } from '../../app/accounts.ts'
import { all } from '../../app/resources/all.ts'
import {
  ConflictError,
  ForbiddenError,
  createPasswords,
  createSessions,
  createTokens,
  generateTokenKey,
  InvalidError,
  parseTokenKeys,
  UnauthenticatedError,
  type Passwords,
} from '../../framework/index.ts'
import { sessionParts } from '../kit/session-parts.ts'
import { openTestStores } from '../kit/stores.ts'

const PASSWORD = 'a quiet green lamp'
const NOBODY = '00000000-0000-7000-8000-000000000000'

/** Accounts with one user, tim. `beforeVerify` runs when a password is about to be checked. */
async function open(t: Test) {
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
  const accounts = createAccounts({
    users,
    passwords,
    sessions,
    sessionStore,
    availabilities: stores.store('availability'),
    log,
    // As of who has none; messenger.second-factor.test.ts is about those who have.
    secondFactors: { prove: () => world.prove() },
  })
  const signUp = async (account: object) => {
    const prepared = await accounts.prepare({ username: 'tim', password: PASSWORD, ...account })
    return stores.transactions.transaction((transaction) => accounts.signUp(prepared, transaction))
  }
  return { ...stores, users, tokens, accounts, world, signUp, tim: await signUp({}) }
}

test('who signs up is kept with a digest, tidily, and may log in', async (t) => {
  const { accounts, users, tokens, signUp } = await open(t)
  const key = await signUp({
    username: 'ann',
    full_name: ' Ann \n Example',
    email_address: 'a@x.org',
  })
  const { item } = await users.readOrThrow(key)
  t.match(item, { username: 'ann', full_name: 'Ann Example', email_address: 'a@x.org' })
  t.equal(item.admin, false)
  t.match((await users.unsafeReadSecrets(key))?.password_digest, /^\$argon2id\$/)
  const { access_token, token_type, expires_in } = await accounts.login({
    username: 'ann',
    password: PASSWORD,
  })
  t.same([token_type, expires_in], ['Bearer', 900])
  t.match(await tokens.verify(access_token), { subject: key, scopes: new Set() })
})

test('what is no good account is refused, and says what is wrong', async (t) => {
  const { accounts, signUp, users } = await open(t)
  const account = { username: 'ann', password: PASSWORD }
  for (const password of [
    'short',
    'password1',
    'holdfast1',
    'ann',
    'x'.repeat(257),
    'a\ud800'.repeat(5),
  ]) {
    await t.rejects(accounts.prepare({ ...account, password }), InvalidError, password)
  }
  await t.rejects(
    accounts.prepare({ ...account, full_name: ' \u3000' }),
    new InvalidError([{ pointer: '/full_name', detail: 'must not be blank' }]),
  )
  await t.rejects(signUp({ username: 'No Name' }), /^\/username must match/)
  await t.rejects(signUp({}), new ConflictError('This username is taken. Choose another.'))
  t.equal(await users.count(), 1)
})

test('a wrong name and a wrong password are told alike, after the same work', async (t) => {
  const { accounts, statements, world } = await open(t)
  const wrong = [
    ['tim', 'another password'],
    ['nobody', PASSWORD],
    ['TIM', PASSWORD],
    ['%', PASSWORD],
    ['x'.repeat(255), PASSWORD],
    ['tim', PASSWORD.toUpperCase()],
  ] as const
  const works = []
  for (const [username, password] of wrong) {
    const before = statements.length
    world.verified = 0
    await t.rejects(
      accounts.login({ username, password }),
      new UnauthenticatedError('The username or the password is wrong.'),
      username,
    )
    works.push([world.verified, statements.slice(before).map(({ text }) => text)])
  }
  const [first] = works
  t.same(first?.[0], 1)
  for (const work of works) t.same(work, first, 'one check, and the same statements')
})

test('an old digest is made anew by a login', async (t) => {
  const { accounts, users, world, tim } = await open(t)
  const digest = async () => (await users.unsafeReadSecrets(tim))?.password_digest
  const old = await digest()
  await accounts.login({ username: 'tim', password: PASSWORD })
  t.equal(await digest(), old, 'a good one stays')
  world.isOld = true
  await t.rejects(accounts.login({ username: 'tim', password: 'another password' }))
  t.equal(await digest(), old, 'as it does when the password is wrong')
  await accounts.login({ username: 'tim', password: PASSWORD })
  t.not(await digest(), old)
  world.isOld = false
  t.ok(await accounts.login({ username: 'tim', password: PASSWORD }))
})

test('a password that is changed while the old one is checked stays changed', async (t) => {
  const { accounts, users, world, tim, store } = await open(t)
  world.isOld = true
  world.beforeVerify = async () => {
    await users.update(tim, { password_digest: 'of the new password' })
  }
  await t.rejects(
    accounts.login({ username: 'tim', password: PASSWORD }),
    new UnauthenticatedError('The username or the password is wrong.'),
  )
  t.equal((await users.unsafeReadSecrets(tim))?.password_digest, 'of the new password')
  t.equal(await store('session').count(), 0, 'and nobody is logged in by the old one')
})

test('who is blocked is told so, if it knows the password, and may not refresh', async (t) => {
  const { accounts, users, store, world, tim } = await open(t)
  const credentials = { username: 'tim', password: PASSWORD }
  const first = await accounts.login(credentials)
  const block = (blocked: boolean) => users.update(tim, { blocked })
  await block(true)
  const blocked = new ForbiddenError('This account is blocked.')
  await t.rejects(accounts.login(credentials), blocked)
  await t.rejects(
    accounts.login({ ...credentials, password: 'another password' }),
    new UnauthenticatedError('The username or the password is wrong.'),
  )
  t.equal(await scopesOfUser(users, tim), undefined)
  await t.rejects(accounts.refresh(first.refresh_token), UnauthenticatedError)
  t.equal(await store('session').count(), 0, 'the session has ended')
  await block(false)
  t.ok(await accounts.login(credentials))
  const before = await store('session').count()
  world.beforeVerify = async () => {
    await block(true)
  }
  await t.rejects(accounts.login(credentials), blocked, 'while the password is checked')
  t.equal(await store('session').count(), before)
})

test('a second factor that is added during a login is asked before there are tokens', async (t) => {
  const { accounts, world, store } = await open(t)
  const needed = new UnauthenticatedError('A code is needed.')
  let asked = 0
  world.prove = async () => {
    if (++asked > 1) throw needed
    return false
  }
  await t.rejects(accounts.login({ username: 'tim', password: PASSWORD }), needed)
  t.equal(await store('session').count(), 0)
  world.prove = async () => true
  t.ok(await accounts.login({ username: 'tim', password: PASSWORD }), 'once is enough')
})

test('who is deleted while its password is checked is refused as if it were not there', async (t) => {
  const { accounts, users, world, tim } = await open(t)
  world.beforeVerify = () => users.delete(tim)
  await t.rejects(
    accounts.login({ username: 'tim', password: PASSWORD }),
    new UnauthenticatedError('The username or the password is wrong.'),
  )
})

test('a refresh gives what the user may do by now, and nothing to who is gone', async (t) => {
  const { accounts, users, tokens, tim } = await open(t)
  const first = await accounts.login({ username: 'tim', password: PASSWORD })
  await users.update(tim, { admin: true })
  t.same(await scopesOfUser(users, tim), ['admin'])
  const second = await accounts.refresh(first.refresh_token)
  t.same((await tokens.verify(second.access_token)).scopes, new Set(['admin']))
  await users.delete(tim)
  t.equal(await scopesOfUser(users, tim), undefined)
  t.equal(await scopesOfUser(users, NOBODY), undefined)
  await t.rejects(accounts.refresh(second.refresh_token), UnauthenticatedError)
})

test('a refresh token is good once, and one that comes again ends its session', async (t) => {
  const { accounts } = await open(t)
  const first = await accounts.login({ username: 'tim', password: PASSWORD })
  const other = await accounts.login({ username: 'tim', password: PASSWORD })
  const second = await accounts.refresh(first.refresh_token)
  await t.rejects(accounts.refresh(first.refresh_token), UnauthenticatedError)
  await t.rejects(accounts.refresh(second.refresh_token), UnauthenticatedError, 'ended')
  t.ok(await accounts.refresh(other.refresh_token), 'another session goes on')
})

test('logging out ends the session, and nothing else', async (t) => {
  const { accounts, tokens } = await open(t)
  const one = await accounts.login({ username: 'tim', password: PASSWORD })
  const other = await accounts.login({ username: 'tim', password: PASSWORD })
  const { session = '' } = await tokens.verify(one.access_token)
  await accounts.logout(session)
  await accounts.logout(session)
  await t.rejects(tokens.verify(one.access_token), UnauthenticatedError)
  await t.rejects(accounts.refresh(one.refresh_token), UnauthenticatedError)
  t.ok(await tokens.verify(other.access_token))
})
