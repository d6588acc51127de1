/** Stores for tests: on a fresh database, with ids and a clock of their own, and every statement on record. */
import type { Test } from 'tap'
import type { Database, Queryable, Statement } from '../../framework/postgres/database.ts'
import { migrate } from '../../framework/postgres/migrate.ts'
import {
  createPlainStores,
  type PlainStores,
  type PlainStoresOptions,
} from '../../framework/postgres/postgres-stores.ts'
import type { ResourceMap } from '../../framework/resource/item.ts'
import type { Registry } from '../../framework/resource/registry.ts'
import { ANONYMOUS, type Authorization } from '../../framework/security/authorization.ts'
import { openTestDatabase } from './database.ts'

/** Stores, and what a test may look at. */
export interface TestStores<M extends ResourceMap = ResourceMap> extends PlainStores<M> {
  readonly registry: Registry<M>
  readonly database: Database
  /** What the stores have sent so far. */
  readonly statements: Statement[]
  /** How often a commit of something written was told. */
  writes(): number
}

/** The clock's first reading; each is a second later than the one before. */
export const START = Date.parse('2026-11-20T12:00:00.000Z')

/** The uuid of that number. */
export function numberedId(number: number): string {
  return `00000000-0000-7000-8000-${String(number).padStart(12, '0')}`
}

/** Opens a fresh database with the tables of a registry. Generated ids count from 1001. */
export async function openTestStores<M extends ResourceMap>(
  t: Test,
  registry: Registry<M>,
  told: Pick<PlainStoresOptions, 'onDefect'> = {},
): Promise<TestStores<M>> {
  const database = await openTestDatabase(t)
  await migrate(database, { registry })
  const statements: Statement[] = []
  let [seconds, ids, writes] = [0, 1000, 0]
  const stores = createPlainStores({
    registry,
    database: recorded(database, statements),
    now: () => START + 1000 * seconds++,
    newId: () => numberedId(++ids),
    onWrite: () => (writes += 1),
    ...told,
  })
  return { ...stores, registry, database, statements, writes: () => writes }
}

function recorded(database: Database, statements: Statement[]): Database {
  const record =
    ({ query }: Queryable): Queryable['query'] =>
    (statement) => {
      statements.push(statement)
      return query(statement)
    }
  return {
    ...database,
    query: record(database),
    transaction: (work, options) =>
      database.transaction((transaction) => work({ query: record(transaction) }), options),
  }
}

/** A caller with that id and those scopes. */
export function callerOf(subject: string, ...scopes: readonly string[]): Authorization {
  return Object.freeze({ ...ANONYMOUS, subject, scopes: new Set(scopes), session: 'session' })
}
