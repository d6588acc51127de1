/** Reads the rows that links lead to, for the hub's judgement: by one statement, without secrets. */
import { escapeIdentifier } from 'pg'
import type { WireItem } from '../event/change.ts'
import type { ReadLinkedRows } from '../event/link-rows.ts'
import type { Registry } from '../resource/registry.ts'
import type { Queryable } from './database.ts'
import { toArrayParameter } from './parameter.ts'
import { attributeOf } from './slot-filter.ts'
import { SQL_TYPE } from './table.ts'

/** Most rows of one query. */
const MAX_ROWS = 10_000

/** Makes the reader of a database. */
export function linkedRowsReader(database: Queryable, registry: Registry): ReadLinkedRows {
  return async ({ resource: name, attributes, groups }) => {
    const resource = registry.resource(name)
    const names = resource.attributeNames.filter((one) => attributeOf(resource, one).readable)
    const columns = attributes.map((one) => escapeIdentifier(one)).join(', ')
    const arrays = attributes.map(
      (one, index) => `$${String(index + 1)}::${SQL_TYPE[attributeOf(resource, one).column]}[]`,
    )
    const { rows } = await database.query({
      text: `select ${names.map((one) => escapeIdentifier(one)).join(', ')}
        from ${escapeIdentifier(name)}
        where (${columns}) in (select * from unnest(${arrays.join(', ')})) limit ${String(MAX_ROWS + 1)}`,
      values: attributes.map((one, index) =>
        toArrayParameter(
          attributeOf(resource, one).column,
          groups.map((group) => group[index]),
        ),
      ),
    })
    if (rows.length > MAX_ROWS) return undefined
    return rows.map(
      (row) => Object.fromEntries(names.map((one, index) => [one, row[index]])) as WireItem, // cells are in wire form
    )
  }
}
