/** SQL and memory give a filter one meaning, and an order too: by the table of cases, and on random rows. */

import { isDeepStrictEqual } from 'node:util'

import fc from 'fast-check'
import t from 'tap'

import { compareOf } from '../../../framework/filter/compare-values.ts'
import type { Filter, Json } from '../../../framework/filter/filter.ts'
import { compileMatch, type MatchItem } from '../../../framework/filter/match.ts'
import { fullOrder, type Order } from '../../../framework/filter/order.ts'
import { attributeOrThrow } from '../../../framework/resource/resource.ts'
import { FILTER_CASES, FILTER_ROWS } from '../../contracts/filter-cases.ts'
import { RANDOM_ORDER, RANDOM_ROWS, randomFilter } from '../../contracts/random-filters.ts'
import { rounds } from '../../kit/rounds.ts'
import { everything, samples } from '../../kit/sample-resources.ts'
import {
  deleteRows,
  insertRows,
  rowsOf,
  type SampleRows,
  type ThingRow,
} from '../../kit/sample-rows.ts'
import { openTestStores } from '../../kit/stores.ts'

const { database, store } = await openTestStores(t, samples)
const things = store('everything')

/** Titles of the things that SQL selects, in an order. */
async function titles(filter: Filter, order: Order = []): Promise<readonly string[]> {
  const page = await things.search({ filter, order, limit: 100 })
  return page.results.map(({ item }) => item.title)
}

async function useRows(rows: SampleRows): Promise<void> {
  await deleteRows(database)
  await insertRows(database, rows)
}

await t.test('every case of the table selects what it says', async (t) => {
  await useRows(FILTER_ROWS)
  for (const { name, filter, selects, unknown = [] } of FILTER_CASES) {
    const others = FILTER_ROWS.everything
      .map(({ title }) => title)
      .filter((title) => !selects.includes(title) && !unknown.includes(title))
    t.strictSame((await titles(filter)).toSorted(), selects.toSorted(), name)
    t.strictSame(
      (await titles({ kind: 'not', filter })).toSorted(),
      others.toSorted(),
      `not: ${name}`,
    )
  }
})

await t.test(
  'random filters over random rows select in SQL what they match in memory',
  async (t) => {
    let [told, untold] = [0, 0]
    const agrees = async (rows: SampleRows, filter: Filter): Promise<boolean> => {
      const matches = compileMatch(samples, everything, filter)
      const context = { rowsOf: rowsOf(rows) }
      const selected = new Set(await titles(filter))
      return rows.everything.every((row) => {
        const truth = matches(row, context)
        if (truth === undefined) untold += 1
        else told += 1
        return truth === undefined || selected.has(row.title) === (truth === true)
      })
    }
    await fc.assert(
      fc.asyncProperty(RANDOM_ROWS, listOf(randomFilter(everything)), async (rows, filters) => {
        await useRows(rows)
        for (const filter of filters) {
          // Beside its `not`, since what is unknown is selected by neither.
          if (!(await agrees(rows, filter))) return false
          if (!(await agrees(rows, { kind: 'not', filter }))) return false
        }
        return true
      }),
      { numRuns: rounds({ test: 25, soak: 1000 }) },
    )
    t.ok(told > 10 * untold, `${told} told, ${untold} not`)
  },
)

await t.test('random orders sort in SQL as in memory, null as the largest', async () => {
  await fc.assert(
    fc.asyncProperty(RANDOM_ROWS, listOf(RANDOM_ORDER), async (rows, orders) => {
      await useRows(rows)
      for (const order of orders.filter(isByCodePoint)) {
        const sorted = rows.everything.toSorted(comparatorOf(order)).map(({ title }) => title)
        if (!isDeepStrictEqual(await titles({ kind: 'all' }, order), sorted)) return false
      }
      return true
    }),
    { numRuns: rounds({ test: 10, soak: 200 }) },
  )
})

/** So many that preparing the rows costs little. */
function listOf<T>(one: fc.Arbitrary<T>): fc.Arbitrary<T[]> {
  return fc.array(one, { maxLength: 50, size: 'max' })
}

function isByCodePoint(order: Order): boolean {
  return order.every(
    ({ attribute }) => attributeOrThrow(everything, attribute, 'order').collation === undefined,
  )
}

function comparatorOf(order: Order): (one: ThingRow, other: ThingRow) => number {
  const terms = fullOrder(everything, order).map(({ attribute, isDescending }) => {
    const compare = compareOf(attributeOrThrow(everything, attribute, 'order').column)
    return (one: MatchItem, other: MatchItem): number => {
      const [a, b] = [one[attribute] as Json, other[attribute] as Json] // rows are JSON
      const rising =
        a === null || b === null ? Number(a === null) - Number(b === null) : compare(a, b)
      return isDescending ? -rising : rising
    }
  })
  return (one, other) => terms.reduce((sign, compare) => sign || compare(one, other), 0)
}
