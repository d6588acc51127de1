/** The tables of the declared resources, as DDL. */

import { escapeIdentifier } from 'pg'
import { DeclarationError } from '../errors.ts'
import type { Attribute } from '../resource/attribute.ts'
import type { ColumnType } from '../resource/column-type.ts'
import type { ForeignKey, Registry } from '../resource/registry.ts'
import type { Resource } from '../resource/resource.ts'
import { constraintName } from './constraint-name.ts'
import { indexesOf, type TableIndex } from './table-index.ts'

/** The column that each kind of attribute is kept in. Text gets its collation besides. */
export const SQL_TYPE: Readonly<Record<ColumnType, string>> = Object.freeze({
  text: 'text',
  uuid: 'uuid',
  int: 'integer',
  bigint: 'bigint',
  number: 'double precision',
  decimal: 'numeric',
  boolean: 'boolean',
  timestamp: 'timestamp(3) with time zone',
  date: 'date',
  json: 'jsonb',
})

/** The column that holds a row's version, in every table. */
export const VERSION_COLUMN = '_version'

/** The DDL of one table. */
export interface TableSql {
  readonly name: string
  /** The table with its primary key and unique constraints. */
  readonly table: string
  readonly indexes: readonly string[]
  /** Run after every table is there, since tables may point at each other. */
  readonly foreignKeys: readonly string[]
}

/** Names of PostgreSQL's own columns, which every table has. */
const SYSTEM_COLUMNS = new Set(['tableoid', 'xmin', 'cmin', 'xmax', 'cmax', 'ctid'])
const OWN_PREFIX = 'holdfast_'

/**
 * The DDL of every resource's table, in the order of the registry.
 * @throws DeclarationError for names that PostgreSQL or the framework need themselves, and for values too large for their index
 */
export function tablesOf(registry: Registry): readonly TableSql[] {
  const tables = registry.list.map((resource) =>
    tableOf(resource, distinctForeignKeys(resource, registry.foreignKeysOf(resource))),
  )
  refuseCollisions(registry)
  return tables
}

/** The statements that make all tables of an empty database, in the order in which they run. */
export function createTableSql(tables: readonly TableSql[]): readonly string[] {
  return [
    ...tables.map(({ table }) => table),
    ...tables.flatMap(({ indexes }) => indexes),
    ...tables.flatMap(({ foreignKeys }) => foreignKeys),
  ]
}

function tableOf(resource: Resource, foreignKeys: readonly ForeignKey[]): TableSql {
  refuseNames(resource)
  const name = escapeIdentifier(resource.name)
  const indexes = indexesOf(resource, foreignKeys)
  const lines = [
    ...Object.entries(resource.attributes).map(([column, attribute]) =>
      columnSql(column, attribute),
    ),
    `${VERSION_COLUMN} bigint not null default nextval('holdfast_version')`,
    `constraint ${constraintName(resource.name, [], 'pkey')} primary key ${columnList(resource.key)}`,
    ...indexes
      .filter(({ isUnique }) => isUnique)
      .map((index) => `constraint ${index.name} unique ${columnList(index.attributes)}`),
  ]
  return {
    name: resource.name,
    table: `create table ${name} (\n  ${lines.join(',\n  ')}\n)`,
    indexes: indexes
      .filter(({ isUnique }) => !isUnique)
      .map((index) => `create index ${index.name} on ${name} ${indexedSql(index)}`),
    foreignKeys: foreignKeys.map((foreignKey) => foreignKeySql(resource, foreignKey)),
  }
}

function columnSql(name: string, { column, collation, isNullable, onCreate }: Attribute): string {
  const collate = column === 'text' ? ` collate ${escapeIdentifier(collation ?? 'C')}` : ''
  const nullability = isNullable ? '' : ' not null'
  const identity = onCreate?.kind === 'sequence' ? ' generated always as identity' : ''
  return `${escapeIdentifier(name)} ${SQL_TYPE[column]}${collate}${nullability}${identity}`
}

/** `no action` for block: it is checked at the statement's end, after its own cascades, and is 23503 in every version. */
const ON_DELETE: Readonly<Record<ForeignKey['onDelete'], string>> = {
  block: 'no action',
  cascade: 'cascade',
  nullify: 'set null',
}

function foreignKeySql(resource: Resource, { attributes, target, onDelete }: ForeignKey): string {
  const constraint = constraintName(resource.name, attributes, 'fkey')
  return (
    `alter table ${escapeIdentifier(resource.name)} add constraint ${constraint} ` +
    `foreign key ${columnList(attributes)} ` +
    `references ${escapeIdentifier(target.name)} ${columnList(target.key)} on delete ${ON_DELETE[onDelete]}`
  )
}

function indexedSql({ attributes, method }: TableIndex): string {
  const columns = attributes.map(escapeIdentifier)
  switch (method) {
    case 'btree':
      return columnList(attributes)
    case 'trigram':
      // As filters compare texts, so that they can use it.
      return `using gin (${columns.map((column) => `lower(${column} collate "C") gin_trgm_ops`).join(', ')})`
    case 'text':
      return `using gin (${columns.map((column) => `to_tsvector('simple', ${column})`).join(', ')})`
  }
}

function columnList(names: readonly string[]): string {
  return `(${names.map(escapeIdentifier).join(', ')})`
}

/** Two links may use the same attributes, but then they must say the same. */
function distinctForeignKeys(
  resource: Resource,
  foreignKeys: readonly ForeignKey[],
): readonly ForeignKey[] {
  const byAttributes = new Map<string, ForeignKey>()
  for (const foreignKey of foreignKeys) {
    const path = `${resource.name}.${foreignKey.attributes.join(', ')}`
    const other = byAttributes.get(path)
    if (other === undefined) byAttributes.set(path, foreignKey)
    else if (other.target !== foreignKey.target || other.onDelete !== foreignKey.onDelete) {
      throw new DeclarationError(
        `${path}: two links use it with another target or onDelete. Make one of them onDelete: 'ignore'.`,
      )
    }
  }
  return [...byAttributes.values()]
}

function refuseNames({ name, attributeNames }: Resource): void {
  if (name.startsWith(OWN_PREFIX)) {
    throw new DeclarationError(
      `Resource '${name}': names that begin with ${OWN_PREFIX} are the framework's own tables.`,
    )
  }
  const taken = attributeNames.find((attribute) => SYSTEM_COLUMNS.has(attribute))
  if (taken !== undefined) {
    throw new DeclarationError(
      `${name}.${taken}: PostgreSQL has a column of that name in every table. Choose another.`,
    )
  }
}

/** Tables and indexes share one space of names. */
function refuseCollisions(registry: Registry): void {
  const owners = new Map<string, string>()
  const claim = (name: string, owner: string): void => {
    const other = owners.get(name)
    if (other !== undefined) {
      throw new DeclarationError(
        `${owner} and ${other} would both be '${name}' in the database. Rename one.`,
      )
    }
    owners.set(name, owner)
  }
  for (const resource of registry.list) {
    claim(resource.name, `The table ${resource.name}`)
    claim(constraintName(resource.name, [], 'pkey'), `The primary key of ${resource.name}`)
    for (const { name, attributes } of indexesOf(resource, registry.foreignKeysOf(resource))) {
      claim(name, `The index over ${resource.name}.${attributes.join(', ')}`)
    }
  }
}
