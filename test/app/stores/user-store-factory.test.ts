/** Tests user-store-factory.ts: each caller, each operation, oneself and others; refusals first. */
import type { Test } from 'tap'
import { test } from 'tap'
import { all } from '../../../app/resources/all.ts'
import { userStoreFactory } from '../../../app/stores/user-store-factory.ts'
import { ANONYMOUS } from '../../../framework/index.ts'
import { outcomeOf } from '../../kit/chat.ts'
import { sessionParts } from '../../kit/session-parts.ts'
import { callerOf, numberedId, openTestStores } from '../../kit/stores.ts'

async function open(t: Test) {
  const { store, transactions } = await openTestStores(t, all)
  const stores = { store, transactions, queryable: transactions.writing }
  const users = store('user')
  const user = async (username: string, admin = false) => {
    const email_address = `${username}@example.org`
    return (await users.create({ username, admin, email_address, password_digest: 'x' })).key
  }
  const keys = { tim: await user('tim'), ann: await user('ann'), admin: await user('admin', true) }
  const callers = {
    nobody: ANONYMOUS,
    tim: callerOf(keys.tim),
    admin: callerOf(keys.admin, 'admin'),
  }
  const { sessions, records, log } = sessionParts({ store })
  const storeOf = userStoreFactory({ stores, users, sessions, log, now: Date.now }).open(users)
  const as = (who: keyof typeof callers) => storeOf(callers[who], { store: () => undefined })
  return { users, sessions, records, store, user, keys, as }
}

test('who may write what of whom', async (t) => {
  const { users, keys, as } = await open(t)
  type Row = readonly ['nobody' | 'tim' | 'admin', 'tim' | 'ann' | 'admin', object, string]
  const table: readonly Row[] = [
    ['nobody', 'ann', { full_name: 'x' }, 'unauthenticated'],
    ['nobody', 'ann', { admin: true }, 'unauthenticated'],
    ['tim', 'ann', { full_name: 'x' }, 'forbidden'],
    ['tim', 'tim', { email_address: 'x@x.org' }, 'invalid'],
    ['admin', 'ann', { email_address: 'x@x.org' }, 'invalid'],
    ['tim', 'ann', {}, 'forbidden'],
    ['tim', 'admin', { admin: false }, 'forbidden'],
    ['tim', 'tim', { admin: true }, 'forbidden'],
    ['tim', 'tim', { admin: false }, 'forbidden'],
    ['tim', 'tim', { full_name: 'x', admin: true }, 'forbidden'],
    ['admin', 'admin', { admin: false }, 'forbidden'],
    ['admin', 'admin', { admin: true }, 'forbidden'],
    ['admin', 'admin', { full_name: 'x', admin: false }, 'forbidden'],
    ['nobody', 'ann', { blocked: true }, 'unauthenticated'],
    ['tim', 'ann', { blocked: true }, 'forbidden'],
    ['tim', 'tim', { blocked: true }, 'forbidden'],
    ['tim', 'tim', { full_name: 'x', blocked: false }, 'forbidden'],
    ['admin', 'admin', { blocked: true }, 'forbidden'],
    ['admin', 'admin', { blocked: false }, 'forbidden'],
    ['tim', 'tim', { username: 'tom' }, 'invalid'],
    ['tim', 'tim', { password_digest: 'y' }, 'invalid'],
    ['admin', 'ann', { password_digest: 'y' }, 'invalid'],
    ['tim', 'tim', { full_name: ' ' }, 'invalid'],
    ['tim', 'tim', { full_name: 'T', about: null }, 'done'],
    ['tim', 'tim', { full_name: null }, 'done'],
    ['tim', 'tim', {}, 'done'],
    ['admin', 'admin', { full_name: 'A' }, 'done'],
    ['admin', 'ann', { full_name: 'Ann', about: 'A lamp.', admin: true }, 'done'],
    ['admin', 'ann', { admin: false }, 'done'],
    ['admin', 'ann', { blocked: true }, 'done'],
    ['admin', 'ann', { full_name: 'A', blocked: false }, 'done'],
  ]
  for (const [who, whom, item, expected] of table) {
    const before = await users.readOrThrow(keys[whom])
    const title = `${who} writes ${JSON.stringify(item)} of ${whom}`
    t.equal(await outcomeOf(as(who).update(keys[whom], item)), expected, title)
    const after = await users.readOrThrow(keys[whom])
    if (expected === 'done') t.match(after.item, item)
    else t.same(after, before, 'nothing is written')
  }
})

test('who may make and delete whom', async (t) => {
  const { user, keys, as } = await open(t)
  const made: object = { username: 'eve' }
  const create = (who: 'nobody' | 'tim' | 'admin') =>
    outcomeOf(as(who).create(made as { username: string }))
  t.equal(await create('nobody'), 'unauthenticated')
  t.equal(await create('tim'), 'forbidden')
  t.equal(await create('admin'), 'forbidden')
  t.equal(await outcomeOf(as('nobody').delete(keys.ann)), 'unauthenticated')
  t.equal(await outcomeOf(as('tim').delete(keys.ann)), 'forbidden')
  t.equal(await outcomeOf(as('tim').delete(keys.tim)), 'forbidden')
  t.equal(await outcomeOf(as('admin').delete(keys.admin)), 'forbidden')
  t.equal(await outcomeOf(as('admin').delete(keys.ann)), 'done')
  const other = await user('other', true)
  t.equal(await outcomeOf(as('admin').delete(other)), 'done', 'another admin too')
})

test('addresses of mail are for oneself and admins', async (t) => {
  const { keys, as } = await open(t)
  const sees = async (who: 'nobody' | 'tim' | 'admin', whom: 'tim' | 'ann') =>
    'email_address' in (await as(who).readOrThrow(keys[whom])).item
  t.same(await Promise.all([sees('nobody', 'ann'), sees('tim', 'ann')]), [false, false])
  t.same(await Promise.all([sees('tim', 'tim'), sees('admin', 'ann')]), [true, true])
  const { results } = await as('tim').search()
  t.equal(results.length, 3)
  t.same(
    results.flatMap(({ key, item }) => ('email_address' in item ? [key] : [])),
    [keys.tim],
  )
})

test('who is blocked is for admins to know', async (t) => {
  const { keys, as } = await open(t)
  const blocked = { kind: 'compare', attribute: 'blocked', operator: 'eq', value: true } as const
  await as('admin').update(keys.ann, { blocked: true })
  for (const who of ['nobody', 'tim'] as const) {
    t.notOk('blocked' in (await as(who).readOrThrow(keys.ann)).item, who)
    t.equal(await outcomeOf(as(who).count(blocked)), 'invalid', who)
  }
  t.equal(await as('admin').count(blocked), 1)
})

test('blocking and unblocking end the sessions of the user, by every way to write', async (t) => {
  const { sessions, records, keys, as } = await open(t)
  let count = 0
  const openAll = async () => {
    await sessions.deleteAll({ kind: 'all' })
    for (const subject of [keys.ann, keys.tim]) {
      const digest = String(++count).padStart(43, 'x')
      const session = { id: numberedId(count), subject, familyDigest: digest, digest }
      await records.insert({ ...session, expiresAtMs: 1e12 }, undefined)
    }
  }
  const left = async () => (await sessions.search()).results.map(({ item }) => item.user_id)
  const edit = { kind: 'update', key: keys.ann } as const
  const byAdmin = as('admin')
  await openAll()
  await byAdmin.update(keys.ann, { full_name: 'Ann' })
  await byAdmin.update(keys.ann, { blocked: false })
  t.same((await left()).toSorted(), [keys.ann, keys.tim].toSorted(), 'nothing is different')
  for (const [title, write] of [
    ['an update', () => byAdmin.update(keys.ann, { blocked: true })],
    ['unblocking', () => byAdmin.update(keys.ann, { blocked: false })],
    ['a batch', () => byAdmin.editBatch([{ ...edit, item: { blocked: true } }])],
    [
      'an atomic one',
      () => byAdmin.editBatch([{ ...edit, item: { blocked: false } }], { isAtomic: true }),
    ],
  ] as const) {
    await openAll()
    await write()
    t.same(await left(), [keys.tim], title)
  }
  await openAll()
  t.equal(await outcomeOf(as('tim').update(keys.ann, { blocked: true })), 'forbidden')
  const stale = byAdmin.update(keys.ann, { blocked: true }, { versions: ['1'] })
  t.equal(await outcomeOf(stale), 'stale')
  t.equal((await left()).length, 2, 'who may not block ends nothing')
})

test('full names are kept tidy by every way to write them', async (t) => {
  const { users, keys, as } = await open(t)
  const nameOf = async () => (await users.readOrThrow(keys.tim)).item.full_name
  const own = as('tim')
  await own.update(keys.tim, { full_name: ' Tim  Example ' })
  t.equal(await nameOf(), 'Tim Example')
  const edit = { kind: 'update', key: keys.tim, item: { full_name: '\tTim' } } as const
  t.match(await own.editBatch([edit]), [{ success: true }])
  t.equal(await nameOf(), 'Tim')
  t.equal(await own.updateAll({ kind: 'all' }, { full_name: 'T \n T' }), 1)
  t.equal(await nameOf(), 'T T')
  t.match(await own.editBatch([{ ...edit, item: { full_name: ' ' } }]), [
    { code: 'invalid', faults: [{ pointer: '/edits/0/update_item/full_name' }] },
  ])
})
