/** What stores do that give many rows: pages, counts, groups, batches of keys. */
import type { Test } from 'tap'
import { InvalidError } from '../../framework/errors.ts'
import type { Order, Position } from '../../framework/filter/order.ts'
import { numberedId } from '../kit/stores.ts'
import { ask, by, type OpenStores } from './store.ts'

/** What searches and counts do. */
export async function testPages(t: Test, open: OpenStores): Promise<void> {
  const stores = await open(t)
  const [store, places] = [stores.store('everything'), stores.store('place')]
  const texts = [null, 'a', 'B', 'b', '～', '😀', 'a', null]
  for (const [index, text] of texts.entries()) {
    const int = index % 3 === 0 ? null : index % 3
    await store.create({
      id: numberedId(index),
      title: String(index),
      text,
      int,
      number: index / 2,
    })
  }
  for (const country of ['de', 'fr']) {
    for (const number of [1, 2, 10]) await places.create({ country, number, title: 'x' })
  }

  const pagesBy = async (order: Order, limit: number): Promise<readonly string[]> => {
    const titles: string[] = []
    let after: Position | undefined
    do {
      const page = await store.search({ order, limit, ...(after && { after }) })
      t.ok(page.results.length <= limit)
      titles.push(...page.results.map(({ item }) => item.title))
      after = page.next
    } while (after !== undefined)
    return titles
  }

  t.test('come in the order of the key unless told, and by code point', async (t) => {
    t.equal((await pagesBy([], 20)).join(''), '01234567')
    t.equal((await pagesBy(by('text'), 20)).join(''), '21634507')
    t.equal((await pagesBy(by('-text'), 20)).join(''), '70543612')
    t.equal((await pagesBy(by('text', '-title'), 20)).join(''), '26134570')
  })

  t.test('of any size in any order show each row once', async (t) => {
    const orders = [
      [], ['text'], ['-text'], ['int', 'text'], ['-int', 'text'], ['int', '-text'], ['-int', '-text'],
      ['number'], ['-number', 'text'], ['int', '-number'], ['text', 'int', '-id'], ['id', 'text'],
      ['-int', 'number', '-text'], ['boolean', '-date', 'timestamp'],
    ] // prettier-ignore
    for (const terms of orders) {
      const whole = await pagesBy(by(...terms), 20)
      t.equal(new Set(whole).size, texts.length)
      for (const limit of [1, 2, 3, 7, 8]) {
        t.same(await pagesBy(by(...terms), limit), whole, `${terms.join()} by ${limit}`)
      }
    }
  })

  t.test('neither repeat nor skip when rows come and go', async (t) => {
    const order = by('-number')
    const first = await store.search({ order, limit: 3 })
    t.same(
      first.results.map(({ item }) => item.title),
      ['7', '6', '5'],
    )
    await store.create({ id: numberedId(90), title: 'new before', number: 100 })
    await store.create({ id: numberedId(91), title: 'new after', number: 0.7 })
    await store.delete(numberedId(5))
    await store.delete(numberedId(3))
    const after = first.next ?? []
    const rest = await store.search({ order, after })
    t.same(
      rest.results.map(({ item }) => item.title),
      ['4', '2', 'new after', '1', '0'],
    )
    t.equal(rest.next, undefined)
  })

  t.test('of a composite key go on in the middle of it', async (t) => {
    const seen: unknown[] = []
    let after: Position | undefined
    do {
      const page = await places.search({ limit: 2, order: by('-country'), ...(after && { after }) })
      seen.push(...page.results.map(({ item }) => `${item.country}${String(item.number)}`))
      after = page.next
    } while (after !== undefined)
    t.same(seen, ['fr10', 'fr2', 'fr1', 'de10', 'de2', 'de1'])
  })

  t.test('are filtered, counted, and end where there are no more', async (t) => {
    const filter = ask('text', 'contains', 'A')
    t.equal(await store.count(filter), 2)
    t.equal(await store.count(), 8)
    const exact = await store.search({ filter, limit: 2 })
    t.equal(exact.results.length, 2)
    t.equal(exact.next, undefined)
    t.equal(exact.creatable, true)
    t.strictSame(await store.search({ filter: { kind: 'none' } }), {
      results: [],
      next: undefined,
      creatable: true,
    })
  })

  t.test('refuse limits, orders and places that are none', async (t) => {
    for (const limit of [0, -1, 1.5, 101, NaN])
      await t.rejects(store.search({ limit }), InvalidError)
    await t.rejects(store.search({ order: by('nope') }), InvalidError)
    await t.rejects(store.search({ filter: ask('nope', 'eq', 1) }), InvalidError)
    for (const after of [[], [null], ['a', 'b']])
      await t.rejects(store.search({ after }), InvalidError)
    await t.rejects(store.search({ after: ['no uuid'] }), InvalidError)
  })
}

/** What operations over groups do. */
export async function testGroups(t: Test, open: OpenStores): Promise<void> {
  const stores = await open(t)
  const store = stores.store('everything')
  const parents = [numberedId(1), numberedId(2), numberedId(3)]
  for (const id of parents) await store.create({ id, title: 'parent' })
  for (const [index, parent_id] of [1, 1, 1, 2]
    .map((number) => [number, parents[number - 1]] as const)
    .entries()) {
    await store.create({
      id: numberedId(10 + index),
      title: `child ${String(index)}`,
      parent_id: parent_id[1] ?? null,
    })
  }
  const groups = [
    parents[2],
    parents[0],
    'f'.repeat(8) + numberedId(0).slice(8),
    parents[1],
    parents[0],
  ].map((key) => [key])
  const attributes = ['parent_id']

  t.test('have a page each, in the order asked, by one statement', async (t) => {
    const before = stores.statements.length
    const pages = await store.searchGroups({ attributes, groups, limit: 2, order: by('-title') })
    t.equal(stores.statements.length, before + 1)
    t.same(
      pages.map(({ results }) => results.map(({ item }) => item.title)),
      [[], ['child 2', 'child 1'], [], ['child 3'], ['child 2', 'child 1']],
    )
    t.same(
      pages.map(({ next }) => next !== undefined),
      [false, true, false, false, true],
    )
    const after = pages[1]?.next ?? []
    const rest = await store.searchGroups({
      attributes,
      groups: [[parents[0]]],
      limit: 2,
      order: by('-title'),
      after,
    })
    t.same(
      rest[0]?.results.map(({ item }) => item.title),
      ['child 0'],
    )
  })

  t.test('are counted by one statement, and filtered', async (t) => {
    const before = stores.statements.length
    t.strictSame(await store.countGroups({ attributes, groups }), [0, 3, 0, 1, 3])
    const filter = ask('title', 'ne', 'child 1')
    t.strictSame(await store.countGroups({ attributes, groups, filter }), [0, 2, 0, 1, 2])
    t.equal(stores.statements.length, before + 2)
    t.strictSame(await store.countGroups({ attributes, groups: [] }), [])
    t.strictSame(await store.searchGroups({ attributes, groups: [] }), [])
  })

  t.test('may be of several attributes, and null is in none', async (t) => {
    const two = {
      attributes: ['title', 'int'],
      groups: [
        ['child 0', null],
        ['child 0', 1],
      ],
    }
    t.strictSame(await store.countGroups(two), [0, 0])
    await store.update(numberedId(10), { int: 1 })
    t.strictSame(await store.countGroups(two), [0, 1])
    await t.rejects(store.countGroups({ attributes, groups: [[]] }), InvalidError)
    await t.rejects(store.countGroups({ attributes: ['nope'], groups: [['a']] }), InvalidError)
  })

  t.test('go on after a null in the middle', async (t) => {
    const order = by('int')
    const asked = { attributes: ['choice'], groups: [['red']], order, limit: 3 }
    const [first] = await store.searchGroups(asked)
    t.equal(first?.results[0]?.key, numberedId(10))
    const [second] = await store.searchGroups({ ...asked, after: [1, numberedId(10)] })
    t.same(
      second?.results.map(({ key }) => key),
      [1, 2, 3].map(numberedId),
    )
  })
}
