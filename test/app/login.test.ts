/** Tests login.ts over real stores, with passwords whose work is counted. */
import { test } from 'tap'
import { scopesOfUser } from '../../app/scopes.ts'
import { ForbiddenError, UnauthenticatedError } from '../../framework/index.ts'
import { openAccounts as open } from '../kit/accounts.ts'
import { PASSWORD } from '../kit/messenger.ts'

test('a wrong name and a wrong password are told alike, after the same work', async (t) => {
  const { accounts, statements, world } = await open(t)
  const wrong = [
    ['tim', 'another password'],
    ['nobody', PASSWORD],
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
