/** Rules: what is left of them for one caller. */

import t from 'tap'
import { where } from '../../../framework/filter/expression.ts'
import { ALL, and, NONE, not, or, UNKNOWN, type Filter } from '../../../framework/filter/filter.ts'
import { ANONYMOUS, type Authorization } from '../../../framework/security/authorization.ts'
import { foldRule, ruleWords, type RuleExpression } from '../../../framework/security/rule.ts'
import { samples } from '../../kit/sample-resources.ts'
import { callerOf } from '../../kit/stores.ts'

const { row, before, me, anyone, nobody } = ruleWords(samples, 'everything')
const ID = '9b38eb94-573f-43d6-a9e7-910757ce3f54'
const CALLER = callerOf(ID, 'editor')

const fold = (rule: RuleExpression, caller: Authorization = CALLER): Filter =>
  foldRule(rule.filter, caller)

t.test('terms about the caller are known at once', (t) => {
  t.equal(fold(anyone), ALL)
  t.equal(fold(nobody), NONE)
  t.equal(fold(me.authenticated), ALL)
  t.equal(fold(me.authenticated, ANONYMOUS), NONE)
  t.equal(fold(me.scope('editor')), ALL)
  t.equal(fold(me.scope('admin')), NONE)
  t.equal(fold(me.scope('editor'), ANONYMOUS), NONE)
  t.equal(fold(me.scope('constructor')), NONE)
  t.end()
})

t.test("the caller's id stands where it was asked for", (t) => {
  const own = where(samples, 'everything', (row) => row.uuid.eq(ID))
  t.strictSame(fold(row.uuid.eq(me.id)), own)
  t.strictSame(fold(row.uuid.eq(me.id).not()), not(own))
  t.strictSame(fold(row.uuid.oneof(me.id, 'x')), {
    kind: 'oneof',
    attribute: 'uuid',
    values: [ID, 'x'],
  })
  t.strictSame(fold(before.uuid.ne(me.id)), {
    kind: 'compare',
    attribute: 'uuid',
    operator: 'ne',
    value: ID,
    isBefore: true,
  })
  t.end()
})

t.test('a comparison with nobody is unknown, also within not', (t) => {
  const of = (rule: RuleExpression): Filter => fold(rule, ANONYMOUS)
  t.equal(of(row.uuid.eq(me.id)), UNKNOWN)
  t.equal(of(row.uuid.ne(me.id)), UNKNOWN)
  t.equal(of(row.uuid.eq(me.id).not()), UNKNOWN)
  t.equal(of(row.uuid.oneof(me.id)), UNKNOWN)
  t.equal(of(row.uuid.oneof(me.id).not()), UNKNOWN)
  const known: Filter = { kind: 'oneof', attribute: 'uuid', values: ['x'] }
  t.strictSame(of(row.uuid.oneof(me.id, 'x')), or<Filter>(known, UNKNOWN))
  t.strictSame(of(row.uuid.oneof(me.id, 'x').not()), not(or<Filter>(known, UNKNOWN)))
  t.equal(of(row.uuid.oneof()), NONE)
  t.end()
})

t.test('what is left is about the row alone', (t) => {
  const own = where(samples, 'everything', (row) => row.uuid.eq(ID))
  const red = where(samples, 'everything', (row) => row.choice.eq('red'))
  const rule = row.uuid.eq(me.id).or(me.scope('admin'))
  t.strictSame(fold(rule), own)
  t.equal(fold(rule, callerOf('x', 'admin')), ALL)
  t.equal(fold(rule, ANONYMOUS), UNKNOWN)
  t.strictSame(fold(rule.and(row.choice.eq('red'))), and(own, red))
  t.strictSame(fold(row.choice.eq('red').and(me.authenticated)), red)
  t.equal(fold(row.choice.eq('red').and(me.authenticated), ANONYMOUS), NONE)
  t.strictSame(fold(row.text.exists()), { kind: 'exists', attribute: 'text' })
  t.end()
})

t.test('over a link, what can select no row selects none', (t) => {
  const mine = row.children.some((child) => child.uuid.eq(me.id))
  t.strictSame(
    fold(mine),
    where(samples, 'everything', (row) => row.children.some((child) => child.uuid.eq(ID))),
  )
  t.equal(fold(mine, ANONYMOUS), NONE)
  t.equal(fold(mine.not(), ANONYMOUS), ALL)
  const twice = row.marks.some((tag) => tag.tagged.some((thing) => thing.uuid.eq(me.id)))
  t.equal(fold(twice, ANONYMOUS), NONE)
  t.end()
})
