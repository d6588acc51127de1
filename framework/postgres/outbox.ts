/** The triggers that write a table's committed changes to the outbox, in wire form and without secrets. */

import { escapeIdentifier, escapeLiteral } from 'pg'
import type { Attribute } from '../resource/attribute.ts'
import type { Resource } from '../resource/resource.ts'

/** One trigger of a table: its name, and what stands before and after the table's name. */
interface Trigger {
  readonly name: string
  readonly event: string
  readonly action: string
}

/** Begins the names of our triggers. */
const PREFIX = 'holdfast_'

/** The name of the function behind a table's triggers. */
export function outboxFunctionName(table: string): string {
  return `${PREFIX}outbox_${table}`
}

/**
 * The statements that make the triggers of one table that has none: each inserted or deleted row, and each updated one of which
 * something changed that may leave the server, is written to the outbox in the same transaction; a key that would change is
 * refused; an update that brings no new version gets one; TRUNCATE begins a new epoch. Whoever writes is caught alike: the
 * stores, foreign keys, SQL by hand.
 */
export function outboxSql(resource: Resource): readonly string[] {
  const table = escapeIdentifier(resource.name)
  const triggers = triggersOf(resource).map(
    ({ name, event, action }) => `create trigger ${PREFIX}${name} ${event} on ${table} ${action}`,
  )
  return [functionSql(resource), ...triggers]
}

function triggersOf(resource: Resource): readonly Trigger[] {
  const emit = `execute function ${outboxFunctionName(resource.name)}()`
  const visible = readableNames(resource).filter((name) => !resource.key.includes(name))
  const onUpdate: Trigger = {
    name: 'outbox_update',
    event: 'after update',
    action: `for each row when (${differs(resource, visible)}) ${emit}`,
  }
  return [
    { name: 'outbox_write', event: 'after insert or delete', action: `for each row ${emit}` },
    ...(visible.length === 0 ? [] : [onUpdate]),
    {
      name: 'outbox_truncate',
      event: 'after truncate',
      action: 'for each statement execute function holdfast_begin_epoch()',
    },
    {
      name: 'key',
      event: 'before update',
      action: `for each row when (${differs(resource, resource.key)}) execute function holdfast_refuse_key_change()`,
    },
    {
      name: 'version',
      event: 'before update',
      action:
        'for each row when (old._version = new._version) execute function holdfast_next_version()',
    },
  ]
}

function functionSql(resource: Resource): string {
  const insert = (operation: string, before: string, after: string): string => {
    const images = `${before} as before, ${after} as after`
    return (
      'insert into holdfast_outbox (resource, operation, before, after)\n' +
      `    select ${escapeLiteral(resource.name)}, '${operation}', ${images};`
    )
  }
  const [old, now] = [imageSql(resource, 'old'), imageSql(resource, 'new')]
  return `create or replace function ${outboxFunctionName(resource.name)}() returns trigger language plpgsql as $outbox$
begin
  if tg_op = 'INSERT' then
    ${insert('create', 'null', now)}
  elsif tg_op = 'UPDATE' then
    ${insert('update', old, now)}
  else
    ${insert('delete', old, 'null')}
  end if;
  return null;
end $outbox$`
}

/** A sub-select, because a function takes a hundred arguments and a row has more columns than that. */
function imageSql(resource: Resource, row: 'old' | 'new'): string {
  const columns = readableNames(resource).map((name) => {
    const column = escapeIdentifier(name)
    return `${wireSql(`${row}.${column}`, resource.attributes[name])} as ${column}`
  })
  return `(select row_to_json(item) from (select ${columns.join(', ')}) item)`
}

/** What makes PostgreSQL's JSON of a value the same as the wire form that stores give. */
function wireSql(column: string, attribute: Attribute | undefined): string {
  switch (attribute?.column) {
    case 'bigint':
    case 'decimal':
      return `${column}::text`
    case 'timestamp':
      return `to_char(${column} at time zone 'UTC', 'YYYY-MM-DD"T"HH24:MI:SS.MS"Z"')`
    default:
      return column
  }
}

/** Whether one of the attributes has another wire form than before, also where PostgreSQL calls the two values equal. */
function differs(resource: Resource, names: readonly string[]): string {
  return names
    .map((name) => {
      const exact = exactSql(resource.attributes[name])
      const column = escapeIdentifier(name)
      return `old.${column}${exact} is distinct from new.${column}${exact}`
    })
    .join(' or ')
}

/** 1.0 and 1.00 are equal numbers; a collation may call different texts equal. */
function exactSql(attribute: Attribute | undefined): string {
  if (attribute?.column === 'decimal') return '::text'
  return attribute?.column === 'text' ? ' collate "C"' : ''
}

function readableNames({ attributes }: Resource): readonly string[] {
  return Object.entries(attributes)
    .filter(([, { readable }]) => readable)
    .map(([name]) => name)
}
