/** What a database remembers of the declarations that its tables were made for. */

import { DeclarationError } from '../errors.ts'
import type { Queryable } from './database.ts'
import { checksumOf } from './migration-record.ts'
import type { TableSql } from './table.ts'

/** Records that the tables are as declared. */
export function recordTablesSql(tables: readonly TableSql[]): string {
  const rows = tables.map((table) => `('${table.name}', '${tableChecksum(table)}')`)
  return `delete from holdfast_table;\ninsert into holdfast_table (name, checksum) values ${rows.join(', ')}`
}

/** @throws DeclarationError naming the tables whose declaration is not the one that they were made for, and what to do */
export async function proveUnchanged(
  queryable: Queryable,
  tables: readonly TableSql[],
): Promise<void> {
  const text = 'select name, checksum from holdfast_table order by name'
  const { rows } = await queryable.query({ text, values: [] })
  const recorded = new Map(rows.map(([name, checksum]) => [String(name), checksum]))
  const declared = new Set(tables.map(({ name }) => name))
  const changes = [
    ...tables.flatMap((table) => {
      if (!recorded.has(table.name)) return [`${table.name} is new`]
      return recorded.get(table.name) === tableChecksum(table) ? [] : [`${table.name} has changed`]
    }),
    ...[...recorded.keys()].flatMap((name) => (declared.has(name) ? [] : [`${name} is gone`])),
  ]
  if (changes.length === 0) return
  throw new DeclarationError(
    `The declarations are not those that the database was made for: ${changes.join(', ')}. ` +
      'Add a migration that alters its tables (migrations: [{ number, name, sql }]), ' +
      'or, if nothing in it is worth keeping, delete the data folder or the database.',
  )
}

function tableChecksum({ table, indexes, foreignKeys }: TableSql): string {
  return checksumOf([table, ...indexes, ...foreignKeys].join(';\n'))
}
