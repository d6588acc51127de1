/** Tests user.ts: which names are names, what is secret, and what is kept by the database. */
import { test } from 'tap'
import Value from 'typebox/value'
import { all } from '../../../app/resources/all.ts'
import { ABOUT, EMAIL_ADDRESS, FULL_NAME, USERNAME } from '../../../app/resources/user.ts'
import { ConflictError } from '../../../framework/index.ts'
import { openTestStores } from '../../kit/stores.ts'

test('a username is lower-case ASCII, and looks like no other', (t) => {
  for (const good of ['tim', 't1', 'a.b-c_d', '0x', 'a'.repeat(40)]) {
    t.ok(Value.Check(USERNAME, good), good)
  }
  for (const bad of [
    ...['', 'a', 'Tim', 'tim ', ' tim', '.tim', 'tim-', 'ti m', 'tim\n', 't\u00efm', '\u0442im'],
    'a'.repeat(41),
  ]) {
    t.notOk(Value.Check(USERNAME, bad), JSON.stringify(bad))
  }
  t.end()
})

test('full names and addresses of mail have bounds', (t) => {
  t.ok(Value.Check(ABOUT, 'x\n'.repeat(250)))
  for (const bad of ['', 'x'.repeat(501)]) t.notOk(Value.Check(ABOUT, bad))
  t.ok(Value.Check(FULL_NAME, 'Tim \u0415xample'))
  for (const bad of ['', 'x'.repeat(256)]) t.notOk(Value.Check(FULL_NAME, bad))
  t.ok(Value.Check(EMAIL_ADDRESS, 'tim@example.org'))
  for (const bad of ['', 'tim', '@example.org', 'tim@', `${'t'.repeat(250)}@x.org`]) {
    t.notOk(Value.Check(EMAIL_ADDRESS, bad), bad)
  }
  t.end()
})

test('the digest is secret, and a name is taken once', async (t) => {
  const { store } = await openTestStores(t, all)
  const users = store('user')
  const { key, item } = await users.create({ username: 'tim', password_digest: 'canary' })
  t.match(item, { username: 'tim', full_name: null, email_address: null, admin: false })
  t.match(item, {
    about: null,
    full_name_visibility: 'everyone',
    email_address_visibility: 'nobody',
    about_visibility: 'everyone',
  })
  t.notMatch(JSON.stringify(await users.read(key)), /digest|canary/)
  const secrets = { password_digest: 'canary', password_expires_at: null }
  t.same(await users.unsafeReadSecrets(key), secrets)
  await t.rejects(users.create({ username: 'tim', password_digest: 'x' }), ConflictError)
})

test('who has written messages can’t be deleted, and sessions go with their user', async (t) => {
  const { store } = await openTestStores(t, all)
  const { key } = await store('user').create({ username: 'tim', password_digest: 'x' })
  const message = await store('message').create({ text: 'a', author_id: key })
  const digest = 'd'.repeat(43)
  await store('session').create({
    device: 'curl',
    address: '192.0.2.7',
    id: '00000000-0000-7000-8000-000000000001',
    user_id: key,
    family_digest: digest,
    refresh_digest: digest,
    expires_at: '2026-01-01T00:00:00.000Z',
  })
  await t.rejects(store('user').delete(key), ConflictError)
  t.equal(await store('session').count(), 1)
  await store('message').delete(message.key)
  await store('user').delete(key)
  t.equal(await store('session').count(), 0)
})
