/** Tests accounts.ts over real stores. */
import { test } from 'tap'
import { scopesOfUser } from '../../app/scopes.ts'
import { ConflictError, InvalidError, UnauthenticatedError } from '../../framework/index.ts'
import { openAccounts as open } from '../kit/accounts.ts'
import { PASSWORD } from '../kit/messenger.ts'
import { numberedId } from '../kit/stores.ts'

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

test('a refresh gives what the user may do by now, and nothing to who is gone', async (t) => {
  const { accounts, users, tokens, tim } = await open(t)
  const first = await accounts.login({ username: 'tim', password: PASSWORD })
  await users.update(tim, { admin: true })
  t.same(await scopesOfUser(users, tim), ['admin'])
  const second = await accounts.refresh(first.refresh_token)
  t.same((await tokens.verify(second.access_token)).scopes, new Set(['admin']))
  await users.delete(tim)
  t.equal(await scopesOfUser(users, tim), undefined)
  t.equal(await scopesOfUser(users, numberedId(999)), undefined)
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
