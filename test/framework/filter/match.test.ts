/** Filters judged in memory: the table that SQL is held to as well, and what memory can't tell. */

import t from 'tap'
import { and, not, or, type Filter } from '../../../framework/filter/filter.ts'
import { compileMatch, type MatchContext, type Truth } from '../../../framework/filter/match.ts'
import { FILTER_CASES, FILTER_ROWS } from '../../contracts/filter-cases.ts'
import { everything, samples } from '../../kit/sample-resources.ts'
import { rowsOf } from '../../kit/sample-rows.ts'

const context = { rowsOf: rowsOf(FILTER_ROWS) }
const isTrue: Filter = { kind: 'compare', attribute: 'title', operator: 'eq', value: 'a' }
const isFalse: Filter = { kind: 'compare', attribute: 'title', operator: 'eq', value: 'b' }
const isNull: Filter = { kind: 'exists', attribute: 'text' }
const item = { title: 'a' }

const judge = (
  filter: Filter,
  row: Readonly<Record<string, unknown>> = item,
  known: MatchContext = {},
): Truth => compileMatch(samples, everything, filter)(row, known)

t.test('every case of the table is judged as it says', (t) => {
  for (const { name, filter, selects, unknown = [], isUntold = false } of FILTER_CASES) {
    const matches = compileMatch(samples, everything, filter)
    for (const row of FILTER_ROWS.everything) {
      const truth = unknown.includes(row.title)
        ? null
        : isUntold
          ? undefined
          : selects.includes(row.title)
      t.equal(matches(row, context), truth, `${name}: ${row.title}`)
    }
  }
  t.end()
})

t.test('an attribute that the item lacks can not be told, and hides what is unknown', (t) => {
  const isUnknown: Filter = { kind: 'unknown' }
  t.equal(judge(isNull), undefined)
  t.equal(judge(not(isNull)), undefined)
  t.equal(judge(and<Filter>(isTrue, isNull)), undefined)
  t.equal(judge(and<Filter>(isNull, isFalse)), false)
  t.equal(judge(or<Filter>(isNull, isTrue)), true)
  t.equal(judge(or<Filter>(isFalse, isNull)), undefined)
  for (const filters of [
    [isNull, isUnknown],
    [isUnknown, isNull],
  ]) {
    t.equal(judge({ kind: 'and', filters }), undefined)
    t.equal(judge({ kind: 'or', filters }), undefined)
  }
  t.end()
})

t.test('what is no attribute can not be told', (t) => {
  for (const attribute of ['unheard', 'constructor', '__proto__']) {
    t.equal(judge({ kind: 'compare', attribute, operator: 'ne', value: 'a' }), undefined, attribute)
    t.equal(judge({ kind: 'oneof', attribute, values: ['a'] }), undefined, attribute)
    t.equal(judge({ kind: 'exists', attribute }), undefined, attribute)
  }
  t.end()
})

t.test('text operators tell nothing of what is no text', (t) => {
  t.equal(
    judge({ kind: 'compare', attribute: 'int', operator: 'contains', value: '1' }, { int: 1 }),
    undefined,
  )
  t.equal(judge({ kind: 'compare', attribute: 'title', operator: 'contains', value: 1 }), undefined)
  t.end()
})

t.test('terms about the row as it was look at the row before', (t) => {
  const wasB: Filter = {
    kind: 'compare',
    attribute: 'title',
    operator: 'eq',
    value: 'b',
    isBefore: true,
  }
  t.equal(judge(wasB, item, { before: { title: 'b' } }), true)
  t.equal(judge(isFalse, item, { before: { title: 'b' } }), false)
  t.equal(judge(wasB, item), false)
  t.equal(
    judge(
      { kind: 'exists', attribute: 'text', isBefore: true },
      { text: 'x' },
      { before: { text: null } },
    ),
    false,
  )
  t.equal(
    judge({ kind: 'oneof', attribute: 'title', values: ['b'], isBefore: true }, item, {
      before: { title: 'b' },
    }),
    true,
  )
  t.end()
})

t.test('a link whose rows are not given can not be told', (t) => {
  const join = { target: 'tag', on: [{ local: 'tag_name', remote: 'name' }] }
  const filter: Filter = {
    kind: 'linked',
    join,
    filter: { kind: 'exists', attribute: 'description' },
  }
  const row = { tag_name: 'a' }
  t.equal(judge(filter, row), undefined)
  t.equal(judge(filter, row, { rowsOf: () => undefined }), undefined)
  t.equal(judge(filter, row, { rowsOf: () => [] }), false)
  t.equal(judge(filter, row, { rowsOf: () => [{ description: null }] }), false)
  t.equal(judge(filter, row, { rowsOf: () => [{}, { description: null }] }), undefined)
  t.equal(judge(filter, row, { rowsOf: () => [{}, { description: 'x' }] }), true)
  t.equal(judge(not(filter), row, { rowsOf: () => [{}] }), undefined)
  t.end()
})
