/** Orders and what comes after a place, in SQL: its form, and that pages are exact. */

import { isDeepStrictEqual } from 'node:util'
import fc from 'fast-check'
import { sql } from 'kysely'
import t from 'tap'
import { fullOrder, type Order, type Position } from '../../../framework/filter/order.ts'
import { tableRow } from '../../../framework/postgres/filter-to-sql.ts'
import { branchesAfter, orderToSql, placeTerms } from '../../../framework/postgres/order-to-sql.ts'
import { compile } from '../../../framework/postgres/plan.ts'
import { SlotMaker } from '../../../framework/postgres/slot-filter.ts'
import { RANDOM_ORDER, RANDOM_ROWS } from '../../contracts/random-filters.ts'
import { by } from '../../contracts/store.ts'
import { rounds } from '../../kit/rounds.ts'
import { everything, samples } from '../../kit/sample-resources.ts'
import { deleteRows, insertRows } from '../../kit/sample-rows.ts'
import { openTestStores } from '../../kit/stores.ts'

const row = tableRow(samples, everything)

/** The branches after a place, without casts and quotes. */
function branches(order: Order, after: Position): readonly string[] {
  const maker = new SlotMaker(samples, 'call')
  const terms = placeTerms(maker, everything, { order, after })
  return branchesAfter(terms, row).map((branch) =>
    compile({ sql: branch, reader: 0 })
      .text.replaceAll('timestamp(3)', 'timestamp')
      .replaceAll(/cast\((\$\d+) as [^)]*\)( collate "C")?/g, '$1')
      .replaceAll(/"(t0"\.)?/g, ''),
  )
}

t.test('one direction without nulls is one comparison of rows', async (t) => {
  t.same(branches(by('title', 'id'), ['a', 'b']), ['(title, id) > ($1, $2)'])
  t.same(branches(by('-title', '-id'), ['a', 'b']), ['(title, id) < ($1, $2)'])
  t.same(branches(by('-int', '-id'), [1, 'b']), ['(int, id) < ($1, $2)'], 'nulls came before')
})

t.test('mixed directions begin with a range of the first column', async (t) => {
  t.same(branches(by('created_at', '-id'), ['a', 'b']), [
    'created_at >= $1 and (created_at > $1 or (id) < ($2))',
  ])
  t.same(branches(by('-created_at', 'id'), ['a', 'b']), [
    'created_at <= $1 and (created_at < $1 or (id) > ($2))',
  ])
})

t.test('nulls, which come last, are a branch of their own', async (t) => {
  t.same(branches(by('int', 'id'), [1, 'b']), [
    'int >= $1 and (int > $1 or (id) > ($2))',
    'int is null',
  ])
  t.same(branches(by('int', 'id'), [null, 'b']), ['int is null and (id) > ($1)'])
  t.same(branches(by('-int', '-id'), [null, 'b']), [
    'int is null and (id) < ($1)',
    'int is not null',
  ])
  t.same(branches(by('int', 'date', 'id'), [1, null, 'b']), [
    'int >= $1 and (int > $1 or date is null and (id) > ($2))',
    'int is null',
  ])
  t.same(branches(by('int', '-date', '-id'), [1, null, 'b']), [
    'int = $1 and date is null and (id) < ($2)',
    'int = $1 and date is not null',
    'int > $1',
    'int is null',
  ])
})

t.test('an order names its columns as it is told to', async (t) => {
  const ordered = orderToSql(by('-int', 'id'), (name) => sql.id('x', name))
  t.equal(compile({ sql: ordered, reader: 0 }).text, '"x"."int" desc, "x"."id"')
})

t.test('pages of any size in any order are the whole in parts', async () => {
  const { database, store } = await openTestStores(t, samples)
  const things = store('everything')
  const titlesBy = async (order: Order, limit: number): Promise<readonly string[]> => {
    const titles: string[] = []
    let after: Position | undefined
    do {
      const page = await things.search({ order, limit, ...(after && { after }) })
      titles.push(...page.results.map(({ item }) => item.title))
      after = page.next
    } while (after !== undefined)
    return titles
  }
  const someOrders = fc.array(RANDOM_ORDER, { maxLength: 8, size: 'max' })
  const limits = fc.integer({ min: 1, max: 4 })
  await fc.assert(
    fc.asyncProperty(RANDOM_ROWS, someOrders, limits, async (rows, orders, limit) => {
      await deleteRows(database)
      await insertRows(database, rows)
      for (const order of orders) {
        const full = fullOrder(everything, order)
        const whole = await titlesBy(full, 100)
        if (whole.length !== rows.everything.length) return false
        if (!isDeepStrictEqual(await titlesBy(order, limit), whole)) return false
      }
      return true
    }),
    { numRuns: rounds({ test: 25, soak: 500 }) },
  )
})
