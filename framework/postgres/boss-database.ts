/** Lets pg-boss run its SQL on our databases, a server and PGlite alike. */
import { DatabaseError } from 'pg'
import type { Db } from 'pg-boss'
import { toObjects, type Database, type Parameter, type Queryable } from './database.ts'
import { toArrayParameter } from './parameter.ts'

/** What pg-boss puts around several statements. Our scripts are transactions of their own. */
const SCRIPT = /^\s*BEGIN;(.*)COMMIT;\s*$/s

/** What pg-boss runs on for itself. */
export function bossDatabase(database: Database): Db {
  return {
    async executeSql(text, values = []) {
      const script = SCRIPT.exec(text)?.[1]
      if (script === undefined) return run(database, text, values)
      const tables = await database.script(script).catch(throwCause)
      return { rows: tables.flatMap(toObjects) }
    },
  }
}

/** What pg-boss runs on within a transaction. */
export function bossQueryable(queryable: Queryable): Db {
  return { executeSql: (text, values = []) => run(queryable, text, values) }
}

async function run(queryable: Queryable, text: string, values: readonly unknown[]) {
  const statement = { text, values: values.map(toBossParameter) }
  return { rows: toObjects(await queryable.query(statement).catch(throwCause)) }
}

/** pg-boss tells errors apart by the codes of PostgreSQL, which are ours to hide from others. */
function throwCause(error: unknown): never {
  throw error instanceof Error && error.cause instanceof DatabaseError ? error.cause : error
}

/** As the driver that pg-boss is written for would send it. */
function toBossParameter(value: unknown): Parameter {
  if (value === null || value === undefined) return null
  if (typeof value === 'string') return value
  if (value instanceof Date) return value.toISOString()
  if (Array.isArray(value)) return toArrayParameter('text', value)
  return JSON.stringify(value)
}
