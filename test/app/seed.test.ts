/** Tests seed.ts, with seeds of its own and with those of the messenger. */
import { readFileSync } from 'node:fs'
import { pathToFileURL } from 'node:url'
import type { Test } from 'tap'
import { test } from 'tap'
import { all } from '../../app/resources/all.ts'
import { seed } from '../../app/seed.ts'
import { createPasswords } from '../../framework/index.ts'
import { openStoresOn } from '../../framework/postgres/open-stores.ts'
import { openTestDatabase } from '../kit/database.ts'
import { numberedId } from '../kit/stores.ts'

const passwords = createPasswords()
const SEED = new URL('../../seed/', import.meta.url)

async function open(t: Test) {
  const onError = (error: unknown): void => void t.error(error, 'behind the callers')
  const stores = await openStoresOn(await openTestDatabase(t), { registry: all, onError })
  t.teardown(() => stores.close())
  const folderOf = (files: Readonly<Record<string, unknown>>): URL => {
    const texts = Object.entries(files).map(
      ([name, file]) =>
        [`${name}.json`, typeof file === 'string' ? file : JSON.stringify(file)] as const,
    )
    return pathToFileURL(`${t.testdir(Object.fromEntries(texts))}/`)
  }
  const loadFrom = (folder: URL) => seed({ stores, passwords, folder })
  const load = (files: Readonly<Record<string, unknown>>) => loadFrom(folderOf(files))
  return { stores, users: stores.store('user'), folderOf, loadFrom, load }
}

test('the seeds of the messenger are whole, and loaded once', async (t) => {
  const { stores, users } = await open(t)
  const read = (name: string) =>
    JSON.parse(readFileSync(new URL(name, SEED), 'utf8')) as readonly { readonly id: string }[]
  const messages = read('message.json')
  t.equal(new Set(messages.map(({ id }) => id)).size, messages.length)
  const options = { stores, passwords, folder: SEED }
  t.equal(await seed(options), messages.length + 2, 'the user and its availability too')
  t.equal(await seed(options), 0)
  t.equal(await stores.store('message').count(), messages.length)
  const { item } = await users.readOrThrow('9b38eb94-573f-43d6-a9e7-910757ce3f54')
  t.match(item, { username: 'admin', admin: true, created_at: '2026-01-01T08:00:00.000Z' })
  const secrets = await users.unsafeReadSecrets(item.id)
  t.ok(await passwords.verify(secrets?.password_digest, 'Password123!'))
})

test('items keep what they bring, and passwords become digests', async (t) => {
  const { stores, users, load } = await open(t)
  const id = numberedId(1)
  const user = [{ id, username: 'tim', password: 'a quiet green lamp' }]
  const message = [{ text: 'a', author_id: id }]
  t.equal(await load({ user, message }), 2)
  t.match((await users.readOrThrow(id)).item, { username: 'tim', admin: false })
  const secrets = await users.unsafeReadSecrets(id)
  t.ok(await passwords.verify(secrets?.password_digest, 'a quiet green lamp'))
  t.equal(await stores.store('message').count(), 1)
  t.equal(await load({ user: [{ username: 'tom', password: 'another lamp' }] }), 0, 'not empty')
  t.equal(await users.count(), 1)
})

test('without files nothing is loaded', async (t) => {
  const { load } = await open(t)
  t.equal(await load({}), 0)
})

test('a file that is wrong is named, and nothing is written', async (t) => {
  const { users, load } = await open(t)
  const good = { username: 'tim', password_digest: 'x' }
  const cases = [
    [{ user: '{' }, /^seed\/user\.json is not JSON\.$/],
    [{ user: '{}' }, /^seed\/user\.json must be an array of items\.$/],
    [{ user: '[1]' }, /^seed\/user\.json must be an array of items\.$/],
    [{ user: '[null]' }, /^seed\/user\.json must be an array of items\.$/],
    [
      { user: [good, { ...good, username: 'A' }] },
      /^seed\/user\.json\/1\/username must not have fewer/,
    ],
    [{ user: [{ ...good, nothing: 1 }] }, /^seed\/user\.json\/0\/nothing is not known here/],
    [{ user: [good, good] }, /username/],
    [{ user: [good], message: [{ text: 'x' }] }, /^seed\/message\.json\/0\/author_id is required/],
    [{ user: [good], message: [{ text: 'x', author_id: numberedId(9) }] }, /author/],
  ] as const
  for (const [files, message] of cases) {
    await t.rejects(load(files), message, JSON.stringify(files))
    t.equal(await users.count(), 0)
  }
})

test('more is written with the seeds, or neither, and is not even prepared again', async (t) => {
  const { stores, users, folderOf } = await open(t)
  const folder = folderOf({ user: [{ username: 'tim', password: 'a quiet green lamp' }] })
  let prepared = 0
  const load = (write: () => Promise<number>) => {
    const prepareMore = () => {
      prepared += 1
      return Promise.resolve(write)
    }
    return seed({ stores, passwords, folder, prepareMore })
  }
  await t.rejects(
    load(() => Promise.reject(new RangeError('no'))),
    /no/,
  )
  t.equal(await users.count(), 0)
  t.equal(await load(() => Promise.resolve(7)), 8)
  t.equal(await load(() => Promise.resolve(7)), 0)
  t.equal(prepared, 2)
})

test('of two that load at a time, one loads', async (t) => {
  const { users, folderOf, loadFrom } = await open(t)
  const user = [{ id: numberedId(1), username: 'tim', password: 'a quiet green lamp' }]
  const folder = folderOf({ user })
  const counts = await Promise.all([loadFrom(folder), loadFrom(folder)])
  t.same(counts.toSorted(), [0, 1])
  t.equal(await users.count(), 1)
})
