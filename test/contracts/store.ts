/** What stores of plain rows do with one row at a time, whichever database is below. */
import type { Test } from 'tap'
import {
  ConflictError,
  InvalidError,
  NotFoundError,
  StaleError,
  type ResourceError,
} from '../../framework/errors.ts'
import { not, type Comparison, type Filter, type Json } from '../../framework/filter/filter.ts'
import type { Order } from '../../framework/filter/order.ts'
import type { Result } from '../../framework/store/store.ts'
import { VERSION } from '../../framework/store/store.ts'
import type { samples } from '../kit/sample-resources.ts'
import { numberedId, type TestStores } from '../kit/stores.ts'

/** Stores of the sample resources over an empty database. */
export type SampleStores = TestStores<(typeof samples)['resources']>
/** Opens them. */
export type OpenStores = (t: Test) => Promise<SampleStores>

/** A comparison of one attribute. */
export const ask = (attribute: string, operator: Comparison, value: Json): Filter =>
  Object.freeze({ kind: 'compare', attribute, operator, value } as const)

/** An order of names, those with a `-` before them descending. */
export const by = (...terms: readonly string[]): Order =>
  terms.map((term) => ({ attribute: term.replace('-', ''), isDescending: term.startsWith('-') }))

/** What a client sent that keeps to no type. */
function parsed(text: string): never {
  return JSON.parse(text) as never
}

/** The faults that an operation is refused for. */
export async function faultsOf(t: Test, promise: Promise<unknown>): Promise<readonly string[]> {
  const error = await t.rejects(promise, InvalidError)
  return (error as InvalidError).faults.map(({ pointer, detail }) => `${pointer} ${detail}`)
}

const VALUES = {
  title: 'Ä "quoted", \\ and \n ～😀',
  text: "it's; drop table everything; -- $1 %_",
  uuid: '9b38eb94-573f-43d6-a9e7-910757ce3f54',
  int: -2_147_483_648,
  bigint: '-9223372036854775808',
  number: 0.1,
  decimal: '100000000000000000000.00000000000000000001',
  boolean: false,
  timestamp: '0001-01-01T00:00:00.000Z',
  date: '9999-12-31',
  json: { 'a"\\': [1, 'two', null, { b: true }] },
  choice: 'blue',
  code: '',
  local: 'ß',
  once: 'x',
  plain: 'NULL',
  parent_id: null,
  tag_name: null,
  place_country: null,
  place_number: null,
  pinned_number: 77,
} as const

/** What creates do, and reads of what they made. */
export async function testCreates(t: Test, open: OpenStores): Promise<void> {
  const stores = await open(t)
  const store = stores.store('everything')

  t.test('give back every value as it came in', async (t) => {
    const created = await store.create(VALUES)
    t.match(created.item, VALUES)
    t.match(created, { updatable: true, deletable: true })
    t.strictSame(await store.read(created.key), created)
    t.strictSame(await store.readOrThrow(created.key), created)
  })

  t.test('make ids, times and defaults, and null of what is left out', async (t) => {
    const { key, item } = await store.create({ title: 'little' })
    t.equal(key, numberedId(1002))
    t.match(item, { id: key, title: 'little', text: null, choice: 'red', once: '', plain: '' })
    t.equal(item.created_at, '2026-11-20T12:00:01.000Z')
    t.equal(item.updated_at, item.created_at)
  })

  t.test('take what the server alone may set, and keep secrets apart', async (t) => {
    const told = {
      title: 'told',
      server_set: 's',
      secret: 'hush',
      created_at: '1999-12-31T23:00:00Z',
    }
    const { key, item } = await store.create({ ...told, id: numberedId(5) })
    t.equal(key, numberedId(5))
    t.match(item, { server_set: 's', created_at: '1999-12-31T23:00:00.000Z' })
    t.notOk('secret' in item)
    t.strictSame(await store.unsafeReadSecrets(key), { secret: 'hush' })
    t.equal(await store.unsafeReadSecrets(numberedId(6)), undefined)
    t.equal(await store.unsafeReadSecrets('no key'), undefined)
    t.strictSame(await stores.store('tag').unsafeReadSecrets('any'), {})
  })

  t.test('know times by their moment', async (t) => {
    const created = await store.create({ title: 'time', timestamp: '2026-11-20T13:00:00.5+01:30' })
    t.equal(created.item.timestamp, '2026-11-20T11:30:00.500Z')
  })

  t.test('refuse what breaks the declaration, naming each fault', async (t) => {
    const wrong = parsed(
      '{"title":"","int":1.5,"bigint":"9223372036854775808","choice":null,"nope":1,"__proto__":2,"json":3}',
    )
    t.same(await faultsOf(t, store.create(wrong)), [
      '/item/title must not have fewer than 1 characters',
      '/item/int must be integer',
      '/item/bigint is out of range',
      '/item/choice must not be null',
      '/item/nope is not known here',
      '/item/__proto__ is not known here',
    ])
    const empty = parsed('{}')
    t.same(await faultsOf(t, store.create(empty, { pointer: '/edits/3' })), [
      '/edits/3/title is required',
    ])
    for (const item of ['null', '[]', '"text"', '7']) {
      t.same(await faultsOf(t, store.create(parsed(item))), ['/item must be an object'])
    }
    t.same(await faultsOf(t, store.create({ title: 'a\0b' })), [
      '/item holds a character that can not be kept',
    ])
  })

  t.test('refuse values that are taken, and references that lead nowhere', async (t) => {
    await store.create({ title: 'coded', code: 'c' })
    const taken = await t.rejects(store.create({ title: 'again', code: 'c' }), ConflictError)
    t.match((taken as ResourceError).message, /: code\.$/)
    await t.rejects(store.create({ title: 'same', id: numberedId(5) }), ConflictError)
    t.same(await faultsOf(t, store.create({ title: 'a', parent_id: numberedId(9) })), [
      '/item/parent_id is not the key of a everything',
    ])
    const nowhere = { title: 'a', place_country: 'de', place_number: 9 }
    t.same(await faultsOf(t, store.create(nowhere)), [
      '/item/place_country is not the key of a place',
      '/item/place_number is not the key of a place',
    ])
    t.equal(await store.count(ask('title', 'eq', 'a')), 0)
  })

  t.test('find nothing where there is nothing', async (t) => {
    for (const key of [numberedId(9), 'no key', '', VALUES.uuid.toUpperCase()]) {
      t.equal(await store.read(key), undefined)
      await t.rejects(store.readOrThrow(key), NotFoundError)
    }
  })
}

/** What updates do. */
export async function testUpdates(t: Test, open: OpenStores): Promise<void> {
  const stores = await open(t)
  const store = stores.store('everything')
  const { key } = await store.create({ title: 'one', text: 'stays', code: 'mine' })

  t.test('change what is given, and leave the rest', async (t) => {
    const before = await store.readOrThrow(key)
    const after = await store.update(key, { title: 'two', int: 3, code: null })
    t.match(after.item, { title: 'two', text: 'stays', int: 3, code: null })
    t.ok(after.item.updated_at > before.item.updated_at)
    t.equal(after.item.created_at, before.item.created_at)
    t.not(after[VERSION], before[VERSION])
    t.strictSame(await store.readOrThrow(key), after)
  })

  t.test('of nothing change nothing, but judge all the same', async (t) => {
    const before = await store.readOrThrow(key)
    const writes = stores.writes()
    t.strictSame(await store.update(key, {}), before)
    t.strictSame(await store.update(key, { title: undefined } as object), before)
    await t.rejects(store.update(key, {}, { versions: ['0'] }), StaleError)
    await t.rejects(store.update(numberedId(9), {}), NotFoundError)
    t.equal(stores.writes(), writes)
  })

  t.test('refuse keys, unknown names and wrong values', async (t) => {
    const wrong = parsed(`{"id":"${numberedId(3)}","nope":1,"title":null,"int":"1"}`)
    t.same(await faultsOf(t, store.update(key, wrong)), [
      '/item/id is not known here',
      '/item/nope is not known here',
      '/item/title must not be null',
      '/item/int must be integer',
    ])
    t.same(await faultsOf(t, store.update(key, { parent_id: numberedId(9) })), [
      '/item/parent_id is not the key of a everything',
    ])
    await store.create({ title: 'other', code: 'theirs' })
    await t.rejects(store.update(key, { code: 'theirs' }), ConflictError)
    await t.rejects(store.update(numberedId(9), { title: 'a' }), NotFoundError)
    await t.rejects(store.update('no key', { title: 'a' }), NotFoundError)
  })

  t.test('happen only under their precondition', async (t) => {
    const { [VERSION]: version } = await store.update(key, { text: null, int: 3 })
    const set = (precondition: Filter) => store.update(key, { title: 'pre' }, { precondition })
    await t.rejects(set(ask('int', 'eq', 4)), StaleError)
    await t.rejects(set(ask('text', 'ne', 'x')), StaleError, 'unknown is not true')
    await t.rejects(set(not(ask('text', 'eq', 'x'))), StaleError)
    await set(ask('int', 'gt', 2))
    const stale = [version, '', 'x', '9'.repeat(30)]
    await t.rejects(store.update(key, { title: 'a' }, { versions: stale }), StaleError)
    await t.rejects(store.update(key, { title: 'a' }, { versions: [] }), StaleError)
    const now = await store.readOrThrow(key)
    await store.update(key, { title: 'b' }, { versions: [version, now[VERSION]] })
    t.equal((await store.readOrThrow(key)).item.title, 'b')
  })

  t.test('with the same version succeed once, of however many at a time', async (t) => {
    const { [VERSION]: version } = await store.readOrThrow(key)
    const settled = await Promise.allSettled(
      Array.from({ length: 12 }, (_, int) => store.update(key, { int }, { versions: [version] })),
    )
    t.equal(settled.filter(({ status }) => status === 'fulfilled').length, 1)
    for (const result of settled) {
      if (result.status === 'rejected') t.ok(result.reason instanceof StaleError)
    }
  })
}

/** What deletes do. */
export async function testDeletes(t: Test, open: OpenStores): Promise<void> {
  const stores = await open(t)
  const [store, tags, places] = [
    stores.store('everything'),
    stores.store('tag'),
    stores.store('place'),
  ]

  t.test('happen once, and only under their precondition', async (t) => {
    const { key, [VERSION]: version } = await store.create({ title: 'one' })
    await t.rejects(store.delete(key, { precondition: ask('title', 'eq', 'x') }), StaleError)
    await t.rejects(store.delete(key, { versions: ['0'] }), StaleError)
    await store.delete(key, { versions: [version], precondition: ask('title', 'eq', 'one') })
    t.equal(await store.read(key), undefined)
    await t.rejects(store.delete(key), NotFoundError)
    await t.rejects(store.delete('no key'), NotFoundError)
  })

  t.test('are blocked, followed or noted by what points there', async (t) => {
    await places.create({ country: 'de', number: 1, title: 'Ulm' })
    await tags.create({ name: 'a' })
    const parent = await store.create({ title: 'parent', tag_name: 'a' })
    const child = await store.create({
      title: 'child',
      parent_id: parent.key,
      place_country: 'de',
      place_number: 1,
    })
    const [place] = (await places.search()).results
    await t.rejects(places.delete(place?.key ?? ''), ConflictError)
    await tags.delete('a')
    const noted = await store.readOrThrow(parent.key)
    t.equal(noted.item.tag_name, null)
    t.not(noted[VERSION], parent[VERSION])
    await store.delete(parent.key)
    t.equal(await store.read(child.key), undefined)
  })
}

/** That keys of every kind name rows. */
export async function testKeys(t: Test, open: OpenStores): Promise<void> {
  const stores = await open(t)
  const [store, tags, places, notes] = [
    stores.store('everything'), stores.store('tag'), stores.store('place'), stores.store('note'),
  ] // prettier-ignore

  t.test('text keys', async (t) => {
    const name = 'a/ü "b" \\,{}'
    t.equal((await tags.create({ name })).key, name)
    t.equal((await tags.update(name, { description: 'd' })).item.description, 'd')
    t.same(
      (await tags.readBatch(['x', name, 'NULL'])).map((tag) => tag?.key),
      [undefined, name, undefined],
    )
    await tags.delete(name)
    t.equal(await tags.read(name), undefined)
  })

  t.test('keys of several attributes', async (t) => {
    const made: Result[] = []
    for (const country of ['de', 'f"r,']) {
      for (const number of [1, 2]) made.push(await places.create({ country, number, title: 'x' }))
    }
    const keys = made.map(({ key }) => key)
    t.equal(Buffer.from(keys[0] ?? '', 'base64url').toString(), '["de",1]')
    const [first = '', second = '', third = '', last = ''] = keys
    t.same(
      (await places.readBatch([last, 'no key', first])).map((place) => place?.key),
      [last, undefined, first],
    )
    t.equal((await places.update(second, { title: 'y' })).key, second)
    t.match((await places.readOrThrow(first)).item, { country: 'de', number: 1, title: 'x' })
    await places.delete(third)
    t.same(
      (await places.search()).results.map(({ key }) => key),
      [first, second, last],
    )
    await t.rejects(places.create({ country: 'de', number: 1, title: 'again' }), ConflictError)
  })

  t.test('keys that the database counts', async (t) => {
    const { key } = await store.create({ title: 'noted' })
    const note = await notes.create({ everything_id: key, text: 'n' })
    t.equal(note.key, '1')
    t.match(note.item, { number: 1, stars: 0 })
    t.equal((await notes.update('1', { stars: 5 })).item.stars, 5)
    t.equal(await notes.read('01'), undefined)
    const counted = { everything_id: key, text: 'n', number: 7 }
    t.same(await faultsOf(t, notes.create(counted)), ['/item/number is not known here'])
    await t.rejects(notes.create({ everything_id: key, text: 'second' }), ConflictError)
  })
}
