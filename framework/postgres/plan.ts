/** SQL texts, compiled once per shape and kept. */
import { createHash } from 'node:crypto'
import {
  DummyDriver,
  Kysely,
  PostgresAdapter,
  PostgresIntrospector,
  PostgresQueryCompiler,
} from 'kysely'
import { InternalError } from '../errors.ts'
import type { Parameter, Statement } from './database.ts'
import type { Slot } from './slot-filter.ts'
import type { Sql } from './sql-text.ts'

/** A compiled statement, and how its answer is read. */
export interface Plan<T> {
  readonly text: string
  /** Which value each parameter takes: from 0 of the call, from -1 down of the caller's access. */
  readonly slots: readonly number[]
  readonly reader: T
}

/** What is compiled to a plan. */
export interface PlanSource<T> {
  readonly sql: Sql
  readonly reader: T
}

/** A plan with its place in the cache. */
interface KeptPlan extends Plan<unknown> {
  /** Of the prepared statement; undefined: parsed anew by each use. */
  name: string | undefined
  uses: number
}

/** Plans by shape. */
export interface PlanCache {
  /** The plan of that shape, compiled by `source` if it is not there. A shape belongs to one kind of reader. */
  plan<T>(shape: string, source: () => PlanSource<T>): Plan<T>
  /** The statement of a plan of this cache with its values put in. */
  statement(
    plan: Plan<unknown>,
    accessValues: readonly Parameter[],
    callValues: readonly Parameter[],
  ): Statement
  /** How many plans were compiled so far. */
  compiledCount(): number
}

/** Options of a cache of plans. */
export interface PlanCacheOptions {
  /**
   * The most plans that are kept, and the most names that are given. Connections keep what is prepared under a name for good, and
   * callers choose shapes: beyond it statements run without names. Default 500.
   */
  readonly maxPlans?: number
}

/** Shapes that are used once don't take up names. */
const USES_BEFORE_NAME = 2

/** Makes an empty cache. It forgets what has not been used for longest, by halves. */
export function createPlanCache({ maxPlans = 500 }: PlanCacheOptions = {}): PlanCache {
  let recent = new Map<string, KeptPlan>()
  let older = new Map<string, KeptPlan>()
  const names = new Set<string>()
  let compiled = 0

  function keep(shape: string, plan: KeptPlan): KeptPlan {
    if (recent.size * 2 >= maxPlans) {
      older = recent
      recent = new Map()
    }
    recent.set(shape, plan)
    return plan
  }
  function find(shape: string): KeptPlan | undefined {
    const found = recent.get(shape)
    if (found !== undefined) return found
    const old = older.get(shape)
    return old === undefined ? undefined : keep(shape, old)
  }
  function nameOf(plan: KeptPlan): string | undefined {
    if (plan.uses < USES_BEFORE_NAME) {
      plan.uses += 1
      if (plan.uses === USES_BEFORE_NAME) {
        const name = statementName(plan.text)
        if (names.has(name) || names.size < maxPlans) plan.name = name
        if (plan.name !== undefined) names.add(name)
      }
    }
    return plan.name
  }

  return Object.freeze<PlanCache>({
    plan<T>(shape: string, source: () => PlanSource<T>): Plan<T> {
      const found = find(shape)
      if (found !== undefined) return found as Plan<unknown> as Plan<T> // a shape has one kind of reader
      compiled += 1
      const plan = compile(source())
      keep(shape, { ...plan, name: undefined, uses: 0 })
      return find(shape) as Plan<unknown> as Plan<T> // as just kept
    },
    statement(plan, accessValues, callValues) {
      const values = plan.slots.map(
        (slot) => (slot < 0 ? accessValues[-1 - slot] : callValues[slot]) ?? null,
      )
      const name = nameOf(plan as KeptPlan) // this cache made it
      return name === undefined ? { text: plan.text, values } : { name, text: plan.text, values }
    },
    compiledCount: () => compiled,
  })
}

/** Writes SQL and reads no answers: it has no connection. */
const WRITER = new Kysely<unknown>({
  dialect: {
    createAdapter: () => new PostgresAdapter(),
    createDriver: () => new DummyDriver(),
    createIntrospector: (db) => new PostgresIntrospector(db),
    createQueryCompiler: () => new PostgresQueryCompiler(),
  },
})

/** Compiles SQL to a plan. A slot that stands in it more than once becomes one parameter. */
export function compile<T>({ sql, reader }: PlanSource<T>): Plan<T> {
  const compiled = sql.compile(WRITER)
  const slots: number[] = []
  const numbers = compiled.parameters.map((parameter) => {
    const slot = slotOf(parameter)
    const index = slots.indexOf(slot)
    return index === -1 ? slots.push(slot) : index + 1
  })
  // No literal of ours holds a `$`, nor do names.
  const text = compiled.sql.replaceAll(/\$([0-9]+)/g, (_, digits: string) => {
    return `$${String(numbers[Number(digits) - 1] ?? 0)}`
  })
  return { text, slots, reader }
}

function slotOf(parameter: unknown): number {
  if (typeof parameter === 'object' && parameter !== null && 'slot' in parameter) {
    return (parameter as Slot).slot
  }
  throw new InternalError('A statement holds a value where a slot belongs.')
}

/** At most 63 bytes, and unique to the text. */
function statementName(text: string): string {
  return `h_${createHash('sha256').update(text).digest('hex').slice(0, 32)}`
}
