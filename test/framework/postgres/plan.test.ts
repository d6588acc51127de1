/** The cache of plans: what is compiled, kept and named. */

import { sql } from 'kysely'
import t from 'tap'
import { InternalError } from '../../../framework/errors.ts'
import { compile, createPlanCache, type PlanSource } from '../../../framework/postgres/plan.ts'

const slot = (number: number) => ({ slot: number })
const sourceOf = (text: string) => (): PlanSource<string> => ({
  sql: sql`select ${slot(0)}, ${sql.id(text)}`,
  reader: text,
})

t.test('a slot becomes one parameter, however often it stands there', async (t) => {
  const a = sql`a = ${slot(2)} or b = ${slot(-1)} or c = ${slot(2)} or d = ${slot(0)}`
  const plan = compile({ sql: a, reader: 7 })
  t.strictSame(plan, { text: 'a = $1 or b = $2 or c = $1 or d = $3', slots: [2, -1, 0], reader: 7 })
  const { statement } = createPlanCache()
  t.same(statement(plan, ['access'], ['zero', 'one', null]).values, [null, 'access', 'zero'])
})

t.test('a value that is no slot is refused', async (t) => {
  t.throws(() => compile({ sql: sql`a = ${'text'}`, reader: 0 }), InternalError)
})

t.test('a shape is compiled once', async (t) => {
  const { plan, compiledCount } = createPlanCache()
  const first = plan('a', sourceOf('a'))
  t.equal(
    plan('a', () => t.fail('again') as never),
    first,
  )
  t.not(plan('b', sourceOf('b')), first)
  t.equal(compiledCount(), 2)
})

t.test('what is used most is kept, and no more than the bound', async (t) => {
  const { plan, compiledCount } = createPlanCache({ maxPlans: 10 })
  for (let index = 0; index < 100; index += 1) {
    plan('often', sourceOf('often'))
    plan(`once ${String(index)}`, sourceOf('x'))
  }
  t.equal(compiledCount(), 101)
  plan('once 0', sourceOf('x'))
  t.equal(compiledCount(), 102)
})

t.test('a statement is named from its second use on, as long as there are names', async (t) => {
  const { plan, statement } = createPlanCache({ maxPlans: 2 })
  const use = (name: string) => statement(plan(name, sourceOf(name)), [], []).name
  t.equal(use('a'), undefined)
  const name = use('a')
  t.match(name, /^h_[0-9a-f]{32}$/)
  t.equal(use('a'), name)
  t.equal(use('b'), undefined)
  t.not(use('b'), name)
  t.same([use('c'), use('c'), use('c')], [undefined, undefined, undefined])
})

t.test('equal texts have one name, and it counts once', async (t) => {
  const { plan, statement } = createPlanCache({ maxPlans: 4 })
  const use = (shape: string, text: string) => {
    statement(plan(shape, sourceOf(text)), [], [])
    return statement(plan(shape, sourceOf(text)), [], []).name
  }
  const name = use('a', 'same')
  t.ok(name)
  t.equal(use('b', 'same'), name)
  t.equal(use('c', 'same'), name)
  t.ok(use('d', 'other'))
})
