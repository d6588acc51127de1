/** Kysely over our databases, for an app's own typed queries. They know no rules: what they read is not for callers as it is. */

import {
  Kysely,
  PostgresAdapter,
  PostgresIntrospector,
  PostgresQueryCompiler,
  type CompiledQuery,
  type DatabaseConnection,
  type Driver,
  type QueryResult,
} from 'kysely'
import { InternalError } from '../errors.ts'
import { toObjects, type Parameter, type Queryable } from './database.ts'

/** Kysely's template tag, for what its builders can't say. Values in it are parameters. */
export { sql } from 'kysely'

/**
 * Typed queries on a database, each by itself, or within a transaction.
 * @param queryable a database, or what its `transaction` hands to its work, or `stores.queryable` of a transaction of stores; Kysely's own transactions are refused
 */
export function createKysely<DB>(queryable: Queryable): Kysely<DB> {
  const connection = createConnection(queryable)
  return new Kysely<DB>({
    dialect: {
      createAdapter: () => new PostgresAdapter(),
      createDriver: () => createDriver(connection),
      createIntrospector: (kysely) => new PostgresIntrospector(kysely),
      createQueryCompiler: () => new PostgresQueryCompiler(),
    },
  })
}

const COUNTED = new Set(['INSERT', 'UPDATE', 'DELETE', 'MERGE'])

function createConnection(queryable: Queryable): DatabaseConnection {
  async function executeQuery<R>({ sql, parameters }: CompiledQuery): Promise<QueryResult<R>> {
    const result = await queryable.query({ text: sql, values: parameters.map(toParameter) })
    const rows = toObjects(result) as R[] // Kysely inferred the row's type from this very statement
    return COUNTED.has(result.command)
      ? { rows, numAffectedRows: BigInt(result.rowCount) }
      : { rows }
  }
  return {
    executeQuery,
    async *streamQuery<R>(query: CompiledQuery) {
      yield await executeQuery<R>(query)
    },
  }
}

function createDriver(connection: DatabaseConnection): Driver {
  const refuse = (): Promise<never> =>
    Promise.reject(
      new InternalError(
        'Use database.transaction, and createKysely with what it hands to its work.',
      ),
    )
  return {
    init: () => Promise.resolve(),
    acquireConnection: () => Promise.resolve(connection),
    beginTransaction: refuse,
    commitTransaction: refuse,
    rollbackTransaction: refuse,
    releaseConnection: () => Promise.resolve(),
    destroy: () => Promise.resolve(),
  }
}

/** What PostgreSQL reads as the value. Objects and arrays are JSON. */
function toParameter(value: unknown): Parameter {
  if (value === null || value === undefined) return null
  if (typeof value === 'string') return value
  if (value instanceof Date) return value.toISOString()
  if (value instanceof Uint8Array) return `\\x${Buffer.from(value).toString('hex')}`
  if (typeof value === 'bigint') return value.toString()
  return JSON.stringify(value) // numbers and booleans are written alike
}
