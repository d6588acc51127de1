/** Values compared as PostgreSQL's columns compare them. */

import fc from 'fast-check'
import t from 'tap'
import {
  compareDecimals,
  compareOf,
  compareText,
  foldCase,
  isEqualWhenSame,
  isSameJson,
} from '../../../framework/filter/compare-values.ts'
import type { Json } from '../../../framework/filter/filter.ts'

const sign = (value: number): number => Math.sign(value)

t.test('text is ordered by code point, as its UTF-8 bytes are', (t) => {
  const rising = [
    '',
    'A',
    'AB',
    'B',
    'a',
    'a\u0308',
    'Ä',
    '\ud7ff',
    '\ue000',
    '～',
    '\uffff',
    '😀',
    '😀a',
    '😁',
    '\u{10ffff}',
  ]
  for (const [index, one] of rising.entries()) {
    for (const [otherIndex, other] of rising.entries()) {
      t.equal(sign(compareText(one, other)), sign(index - otherIndex), `${one} ${other}`)
    }
  }
  const text = fc.string({ unit: fc.constantFrom('a', 'é', '\ud7ff', '\ue000', '～', '😀', '😁') })
  fc.assert(
    fc.property(text, text, (one, other) => {
      return sign(compareText(one, other)) === Buffer.compare(Buffer.from(one), Buffer.from(other))
    }),
  )
  t.end()
})

t.test('the case of A to Z is folded and of nothing else', (t) => {
  t.equal(foldCase('AZ az 09 @[`{'), 'az az 09 @[`{')
  t.equal(foldCase('ÄÉİIΣКſ'), 'ÄÉİiΣКſ')
  t.equal(foldCase(''), '')
  t.end()
})

t.test('decimals are ordered by value, whatever zeros they end in', (t) => {
  const rising = [
    ['-100000000000000000000.00000000000000000001'],
    ['-100000000000000000000', '-100000000000000000000.0'],
    ['-9.5', '-9.50'],
    ['-9.05'],
    ['-0.001'],
    ['0', '-0', '0.00', '-0.0'],
    ['0.00000000000000000000000000000000000000001'],
    ['0.09'],
    ['0.1', '0.10'],
    ['0.11'],
    ['9'],
    ['10', '10.00'],
    ['9007199254740992'],
    ['9007199254740993'],
  ]
  for (const [index, ones] of rising.entries()) {
    for (const [otherIndex, others] of rising.entries()) {
      for (const one of ones) {
        for (const other of others) {
          t.equal(sign(compareDecimals(one, other)), sign(index - otherIndex), `${one} ${other}`)
        }
      }
    }
  }
  const scaled = fc.tuple(fc.bigInt({ min: -(10n ** 30n), max: 10n ** 30n }), fc.nat({ max: 20 }))
  const text = ([value, scale]: readonly [bigint, number]): string => {
    const digits = (value < 0n ? -value : value).toString().padStart(scale + 1, '0')
    const whole = digits.slice(0, digits.length - scale)
    return `${value < 0n ? '-' : ''}${whole}${scale === 0 ? '' : `.${digits.slice(-scale)}`}`
  }
  fc.assert(
    fc.property(scaled, scaled, (one, other) => {
      const [a, b] = [one[0] * 10n ** BigInt(other[1]), other[0] * 10n ** BigInt(one[1])]
      return sign(compareDecimals(text(one), text(other))) === (a < b ? -1 : a > b ? 1 : 0)
    }),
  )
  t.end()
})

t.test('JSON is the same as jsonb sees it', (t) => {
  t.ok(isSameJson({ a: 1, b: [1, { c: null }] }, { b: [1, { c: null }], a: 1 }))
  t.ok(isSameJson(-0, 0))
  t.ok(isSameJson([], []))
  t.ok(isSameJson(null, null))
  const different: readonly Json[] = [
    null, 0, '', false, [], {}, [null], [0], [0, 1], [1, 0], { a: null }, { b: null }, { a: 1 }, { a: 1, b: 1 },
    { a: { b: 1 } }, { a: { b: 2 } }, { 0: 0 }, { toString: null }, '0', 'null',
  ] // prettier-ignore
  for (const [index, one] of different.entries()) {
    for (const [otherIndex, other] of different.entries()) {
      t.equal(isSameJson(one, other), index === otherIndex, JSON.stringify([one, other]))
    }
  }
  t.end()
})

t.test('every column has its comparison', (t) => {
  const pairs = [
    ['text', 'B', 'a'],
    ['uuid', '0f000000-0000-0000-0000-000000000000', 'a0000000-0000-0000-0000-000000000000'],
    ['int', 9, 10],
    ['number', -1.5, -1],
    ['bigint', '9007199254740992', '9007199254740993'],
    ['decimal', '9.0', '10'],
    ['boolean', false, true],
    ['timestamp', '0999-01-01T00:00:00.000Z', '2026-01-01T00:00:00.000Z'],
    ['date', '2026-01-31', '2026-02-01'],
  ] as const
  for (const [column, less, more] of pairs) {
    const compare = compareOf(column)
    t.ok(compare(less, more) < 0, column)
    t.ok(compare(more, less) > 0, column)
    t.equal(compare(less, less), 0, column)
  }
  t.equal(compareOf('json')({ a: 1 }, { a: 1 }), 0)
  t.not(compareOf('json')({ a: 1 }, { a: 2 }), 0)
  t.end()
})

t.test('only decimals and JSON are written in several ways', (t) => {
  t.notOk(isEqualWhenSame('decimal'))
  t.notOk(isEqualWhenSame('json'))
  t.ok(isEqualWhenSame('bigint'))
  t.ok(isEqualWhenSame('text'))
  t.end()
})
