/** Tests live-rows.ts: any changes of rows end in what a search would answer. */
import fc from 'fast-check'
import t from 'tap'
import { compareBy } from '../../../framework/client/compare-rows.ts'
import { createLiveRows } from '../../../framework/client/live-rows.ts'

const compare = compareBy(['n'])
const row = (key: string, n: number) => ({ key, item: { id: key, n } })

const changes = fc.array(
  fc.record({
    key: fc.constantFrom('a', 'b', 'c', 'd', 'e', 'f', 'g', 'h'),
    n: fc.option(fc.integer({ min: 0, max: 9 })),
  }),
  { maxLength: 40 },
)

t.test('the rows that are shown are the first of all, or it says that it is short', (t) => {
  fc.assert(
    fc.property(changes, changes, fc.integer({ min: 1, max: 4 }), (before, after, limit) => {
      const all = new Map<string, ReturnType<typeof row>>()
      const apply = ({ key, n }: { readonly key: string; readonly n: number | null }): void => {
        if (n === null) all.delete(key)
        else all.set(key, row(key, n))
      }
      before.forEach(apply)
      const sorted = [...all.values()].sort(compare)
      const seen = sorted.slice(0, limit + 2).map((one) => ({ row: one, cursor: 'e-1' }))
      const snapshot = { seen, cursor: 'e-1', isWhole: sorted.length <= limit + 2 }
      const rows = createLiveRows({ compare, limit, spare: 2 }, snapshot)
      for (const [index, change] of after.entries()) {
        apply(change)
        const { key, n } = change
        if (n === null) rows.remove(key, `e-${index + 2}`)
        else rows.put(row(key, n), `e-${index + 2}`)
        if (rows.isShort()) return
        const wanted = [...all.values()].sort(compare).slice(0, limit)
        t.same(rows.shown(), wanted)
      }
    }),
  )
  t.end()
})

t.test('what is older than a row is known by is left aside', (t) => {
  const seen = [{ row: row('a', 1), cursor: 'e-5' }]
  const rows = createLiveRows(
    { compare, limit: 9, spare: 0 },
    { seen, cursor: 'e-3', isWhole: true },
  )
  const before = rows.shown()
  rows.put(row('a', 2), 'e-5')
  rows.remove('a', 'e-4')
  rows.put(row('b', 2), 'e-3')
  t.equal(rows.shown(), before, 'the same array')
  rows.remove('none', 'e-6')
  t.equal(rows.shown(), before)
  rows.remove('a', 'e-6')
  t.same(rows.shown(), [])
  t.end()
})
