/** Tests compare-rows.ts: rows sort as the server sorts them. */
import fc from 'fast-check'
import t from 'tap'
import { byNumber, compareBy } from '../../../framework/client/compare-rows.ts'
import { compareDecimals, compareText } from '../../../framework/filter/compare-values.ts'

const row = (key: string, item: Readonly<Record<string, unknown>> = {}) => ({ key, item })

/** The keys of rows as an order sorts them. */
function sorted(
  order: readonly string[],
  rows: readonly ReturnType<typeof row>[],
): readonly string[] {
  return rows.toSorted(compareBy(order)).map(({ key }) => key)
}

t.test('texts compare as on the server', (t) => {
  const compare = compareBy(['text'])
  const texts = fc.string({ unit: 'binary' })
  fc.assert(
    fc.property(texts, texts, (one, other) => {
      const found = compare(row('a', { text: one }), row('a', { text: other }))
      t.equal(Math.sign(found), Math.sign(compareText(one, other)))
    }),
  )
  t.same(sorted(['text'], [row('1', { text: '😀' }), row('2', { text: '～' })]), ['2', '1'])
  t.end()
})

t.test('numbers written as text compare as on the server', (t) => {
  const decimals = fc
    .tuple(fc.bigInt(), fc.option(fc.stringMatching(/^[0-9]{1,5}$/)))
    .map(([whole, fraction]) =>
      fraction === null ? String(whole) : `${String(whole)}.${fraction}`,
    )
  fc.assert(
    fc.property(decimals, decimals, (one, other) => {
      t.equal(byNumber(one, other), Math.sign(compareDecimals(one, other)))
    }),
  )
  t.equal(byNumber('-0.5', '0.25'), -1)
  t.equal(byNumber('-0', '0.00'), 0)
  t.end()
})

t.test('null counts as the largest value, and what is absent as null', (t) => {
  const rows = [row('1', { n: null }), row('2', { n: 5 }), row('3', {}), row('4', { n: -1 })]
  t.same(sorted(['n'], rows), ['4', '2', '1', '3'])
  t.same(sorted(['-n'], rows), ['3', '1', '2', '4'])
  t.end()
})

t.test('terms count in turn, then the key in the last direction', (t) => {
  const rows = [
    row('b', { n: 1, f: true }),
    row('a', { n: 1, f: true }),
    row('c', { n: 2, f: false }),
  ]
  t.same(sorted(['f', '-n'], rows), ['c', 'b', 'a'])
  t.same(sorted(['n'], rows), ['a', 'b', 'c'])
  t.same(sorted([], rows), ['a', 'b', 'c'])
  t.end()
})

t.test('a key compares as the values that it stands for', (t) => {
  t.same(sorted([], [row('10', { id: 10 }), row('9', { id: 9 })]), ['9', '10'])
  t.same(sorted([], [row('10', { number: 10 }), row('9', { number: 9 })]), ['9', '10'])
  t.same(sorted([], [row('10', { name: '10' }), row('9', { name: '9' })]), ['10', '9'])
  const keyOf = (...values: unknown[]) => Buffer.from(JSON.stringify(values)).toString('base64url')
  const keys = [keyOf('ö', 9), keyOf('ö', 10), keyOf('z', 1)]
  t.same(
    sorted(
      [],
      keys.toReversed().map((key) => row(key)),
    ),
    [keys[2], keys[0], keys[1]],
  )
  const compare = compareBy([], { size: byNumber })
  t.ok(compare(row('9', { size: '9' }), row('10', { size: '10' })) < 0)
  t.end()
})
