/** Filters written as typed code. */

import t from 'tap'
import { beforeOperands, rowOperands, where } from '../../../framework/filter/expression.ts'
import { joinsOf, linked, type Filter } from '../../../framework/filter/filter.ts'
import { everything, samples, tag } from '../../kit/sample-resources.ts'

const row = rowOperands(samples, 'everything')

t.test('each operand is a term', (t) => {
  const compare = (operator: string, value: unknown) => ({
    kind: 'compare',
    attribute: 'text',
    operator,
    value,
  })
  t.strictSame(row.text.eq('a').filter, compare('eq', 'a'))
  t.strictSame(row.text.ne('a').filter, compare('ne', 'a'))
  t.strictSame(row.text.lt('a').filter, compare('lt', 'a'))
  t.strictSame(row.text.lte('a').filter, compare('lte', 'a'))
  t.strictSame(row.text.gt('a').filter, compare('gt', 'a'))
  t.strictSame(row.text.gte('a').filter, compare('gte', 'a'))
  t.strictSame(row.text.contains('a').filter, compare('contains', 'a'))
  t.strictSame(row.text.startswith('a').filter, compare('startswith', 'a'))
  t.strictSame(row.text.endswith('a').filter, compare('endswith', 'a'))
  t.strictSame(row.int.oneof(1, 2).filter, { kind: 'oneof', attribute: 'int', values: [1, 2] })
  t.strictSame(row.int.exists().filter, { kind: 'exists', attribute: 'int' })
  t.strictSame(row.int.notExists().filter, {
    kind: 'not',
    filter: { kind: 'exists', attribute: 'int' },
  })
  t.end()
})

t.test('expressions combine', (t) => {
  const [a, b] = [row.int.eq(1), row.text.eq('a')]
  t.strictSame(a.and(b).filter, { kind: 'and', filters: [a.filter, b.filter] })
  t.strictSame(a.or(b).filter, { kind: 'or', filters: [a.filter, b.filter] })
  t.strictSame(a.not().filter, { kind: 'not', filter: a.filter })
  t.end()
})

t.test('secret attributes are operands, since rules see everything', (t) => {
  t.strictSame(row.secret.exists().filter, { kind: 'exists', attribute: 'secret' })
  t.end()
})

t.test('a link asks of the rows that it leads to, over all of its joins', (t) => {
  const inner: Filter = { kind: 'compare', attribute: 'name', operator: 'eq', value: 'a' }
  t.strictSame(
    row.marks.some((tag) => tag.name.eq('a')).filter,
    linked(joinsOf(samples, everything, 'marks'), inner),
  )
  const twice = where(samples, 'tag', (row) =>
    row.tagged.some((thing) => thing.marks.some((tag) => tag.name.eq('a'))),
  )
  t.strictSame(
    twice,
    linked(joinsOf(samples, tag, 'tagged'), linked(joinsOf(samples, everything, 'marks'), inner)),
  )
  t.end()
})

t.test('the row as it was has attributes, marked so, and no links', (t) => {
  const before = beforeOperands(everything)
  const isBefore = true
  t.strictSame(before.int.eq(1).filter, {
    kind: 'compare',
    attribute: 'int',
    operator: 'eq',
    value: 1,
    isBefore,
  })
  t.strictSame(before.int.oneof(1).filter, {
    kind: 'oneof',
    attribute: 'int',
    values: [1],
    isBefore,
  })
  t.strictSame(before.int.exists().filter, { kind: 'exists', attribute: 'int', isBefore })
  t.notOk('marks' in before)
  t.end()
})
