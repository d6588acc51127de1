/** The statements that write rows. Who may do it is decided inside them. */
import { sql } from 'kysely'
import {
  allOf,
  createdRow,
  filterToSql,
  tableRow,
  writtenRow,
  type SqlRow,
} from './filter-to-sql.ts'
import type { PlanSource } from './plan.ts'
import { conditionsOf, hasKey, tableOf, type StatementScope } from './read-statements.ts'
import { selectionOf, type Selection } from './selection.ts'
import type { SlotReference } from './slot-access.ts'
import { attributeOf, type Slot, type SlotFilter } from './slot-filter.ts'
import { asColumn, sqlArrayType, type Sql } from './sql-text.ts'
import { VERSION_COLUMN } from './table.ts'

/** What a create writes. */
export interface CreateParts {
  /** Every column but those that the database makes. */
  readonly written: ReadonlyMap<string, Slot>
  /** The attributes that came from outside. */
  readonly given: readonly string[]
}

/** Makes one row; none when the caller may not. */
export function createStatement(scope: StatementScope, parts: CreateParts): PlanSource<Selection> {
  const { registry, resource, access } = scope
  const created = createdRow(registry, resource, parts.written)
  const selection = selectionOf(tableRow(registry, resource), access)
  const names = [...parts.written.keys()]
  const rules = parts.given.map((name) => access.attributes.get(name)?.creatable ?? NONE)
  const conditions = [
    ...conditionsOf([access.create, access.read, ...distinct(rules)], created),
    ...referencesOf(scope, parts.given)
      .filter(isGuarded)
      .map((reference) => mayPointAt(reference, created)),
  ]
  const columns = sql.join(names.map((name) => sql.id(name)))
  const values = sql.join(names.map((name) => created.attribute(name, false)))
  return {
    sql: sql`insert into ${tableOf(resource)} (${columns}) select ${values} where ${allOf(conditions)} returning ${sql.join([...selection.columns])}`,
    reader: selection,
  }
}

/** Says of each reference of a create whether it may point where it points. */
export function createFaultsStatement(
  scope: StatementScope,
  parts: CreateParts,
): PlanSource<readonly SlotReference[]> {
  const created = createdRow(scope.registry, scope.resource, parts.written)
  const references = referencesOf(scope, parts.given)
  return {
    sql: sql`select ${sql.join(references.map((reference) => mayPointAt(reference, created)))}`,
    reader: references,
  }
}

/** Under which condition a row is updated or deleted. */
export interface Precondition {
  readonly filter: SlotFilter
  /** An array of versions. */
  readonly versions: Slot | undefined
}

/** What an update writes. */
export interface UpdateParts extends Precondition {
  /** What is set, by the caller and by generators. */
  readonly written: ReadonlyMap<string, Slot>
  /** The attributes that came from outside. */
  readonly given: readonly string[]
}

/** Changes the row with the key that begins the call's values; none when the caller may not or the precondition fails. */
export function updateStatement(scope: StatementScope, parts: UpdateParts): PlanSource<Selection> {
  const { resource, access } = scope
  const row = tableRow(scope.registry, resource, true)
  const selection = selectionOf(tableRow(scope.registry, resource), access)
  const conditions = [
    hasKey(resource, row),
    ...conditionsOf([access.read], row),
    ...updateRules(scope, parts, row),
    ...guardedReferences(scope, parts, row),
    ...preconditionOf(parts, row),
  ]
  const sets = [...parts.written].map(
    ([name, slot]) => sql`${sql.id(name)} = ${asColumn(slot, attributeOf(resource, name))}`,
  )
  const version = sql`${sql.id(VERSION_COLUMN)} = nextval('holdfast_version')`
  return {
    sql: sql`update ${tableOf(resource)} set ${sql.join([...sets, version])} where ${allOf(conditions)} returning ${sql.join([...selection.columns])}`,
    reader: selection,
  }
}

/** Deletes the row with the key that begins the call's values; none when the caller may not or the precondition fails. */
export function deleteStatement(
  { registry, resource, access }: StatementScope,
  precondition: Precondition,
): PlanSource<undefined> {
  const row = tableRow(registry, resource, true)
  const conditions = [
    hasKey(resource, row),
    ...conditionsOf([access.read, access.delete], row),
    ...preconditionOf(precondition, row),
  ]
  return {
    sql: sql`delete from ${tableOf(resource)} where ${allOf(conditions)}`,
    reader: undefined,
  }
}

/** How a verdict is read: the cells of the row, then may the caller do it, does the precondition hold, may each reference point there. */
export interface Verdict {
  readonly selection: Selection
  readonly references: readonly SlotReference[]
}

/**
 * Says why an update wrote nothing: no row, when the caller can't see it; else the row and the verdict. Also the whole of an
 * update that writes nothing.
 */
export function updateVerdictStatement(
  scope: StatementScope,
  parts: UpdateParts,
): PlanSource<Verdict> {
  const row = tableRow(scope.registry, scope.resource)
  const changed = writtenRow(row, parts.written)
  const references = referencesOf(scope, parts.given)
  return verdictOf(scope, {
    may: updateRules(scope, parts, row),
    precondition: preconditionOf(parts, row),
    references,
    allowed: references.map((reference) => mayPointAt(reference, changed)),
  })
}

/** Says why a delete deleted nothing, in the same way. */
export function deleteVerdictStatement(
  scope: StatementScope,
  precondition: Precondition,
): PlanSource<Verdict> {
  const row = tableRow(scope.registry, scope.resource)
  return verdictOf(scope, {
    may: conditionsOf([scope.access.delete], row),
    precondition: preconditionOf(precondition, row),
    references: [],
    allowed: [],
  })
}

interface VerdictParts {
  readonly may: readonly Sql[]
  readonly precondition: readonly Sql[]
  readonly references: readonly SlotReference[]
  readonly allowed: readonly Sql[]
}

function verdictOf(scope: StatementScope, parts: VerdictParts): PlanSource<Verdict> {
  const { registry, resource, access } = scope
  const row = tableRow(registry, resource)
  const selection = selectionOf(row, access)
  const columns = [
    ...selection.columns,
    sql`coalesce(${allOf(parts.may)}, false)`,
    sql`coalesce(${allOf(parts.precondition)}, false)`,
    ...parts.allowed,
  ]
  const conditions = [hasKey(resource, row), ...conditionsOf([access.read], row)]
  return {
    sql: sql`select ${sql.join(columns)} from ${tableOf(resource)} where ${allOf(conditions)}`,
    reader: { selection, references: parts.references },
  }
}

const NONE: SlotFilter = Object.freeze({ kind: 'none' })

/** The rule must hold for the row as it is and as it will be, and so must those of the attributes; and the row stays readable. */
function updateRules(
  { access }: StatementScope,
  { written, given }: UpdateParts,
  row: SqlRow,
): readonly Sql[] {
  const rules = distinct([
    access.update,
    ...given.map((name) => access.attributes.get(name)?.updatable ?? NONE),
  ])
  const names = new Set(written.keys())
  const changed = [...rules, access.read].filter((rule) => looksAt(rule, names))
  return [...conditionsOf(rules, row), ...conditionsOf(changed, writtenRow(row, written))]
}

/** Whether the filter may judge a row otherwise once these attributes are written. */
function looksAt(filter: SlotFilter, names: ReadonlySet<string>): boolean {
  switch (filter.kind) {
    case 'compare':
    case 'oneof':
    case 'exists':
      return filter.isBefore !== true && names.has(filter.attribute)
    case 'not':
      return looksAt(filter.filter, names)
    case 'and':
    case 'or':
      return filter.filters.some((inner) => looksAt(inner, names))
    case 'linked':
      return filter.join.on.some(({ local }) => names.has(local))
    case 'all':
    case 'none':
    case 'unknown':
    case 'query':
      return false
  }
}

function preconditionOf({ filter, versions }: Precondition, row: SqlRow): readonly Sql[] {
  const held = row.attribute(VERSION_COLUMN, false)
  const isVersion =
    versions === undefined
      ? []
      : [sql`${held} = any(cast(${versions} as ${sqlArrayType('bigint')}))`]
  return [...isVersion, ...conditionsOf([filter], row)]
}

/** The foreign keys that the given attributes are part of. */
function referencesOf(
  { access }: StatementScope,
  given: readonly string[],
): readonly SlotReference[] {
  return access.references.filter(({ foreignKey }) =>
    foreignKey.attributes.some((name) => given.includes(name)),
  )
}

/** Whether it needs a look at the target's rules; else the foreign key itself is enough. */
function isGuarded({ read }: SlotReference): boolean {
  return read.kind !== 'all'
}

function guardedReferences(
  scope: StatementScope,
  { written, given }: UpdateParts,
  row: SqlRow,
): readonly Sql[] {
  const changed = writtenRow(row, written)
  return referencesOf(scope, given)
    .filter(isGuarded)
    .map((reference) => mayPointAt(reference, changed))
}

/** True, when there is a row that the caller may read with the key that the reference holds, or it holds none. Never null. */
function mayPointAt({ foreignKey, read }: SlotReference, row: SqlRow): Sql {
  const { attributes, target } = foreignKey
  const held = attributes.map((name) => row.attribute(name, false))
  const join = {
    target: target.name,
    on: attributes.map((local, index) => ({ local, remote: target.key[index] ?? local })),
  }
  const exists = filterToSql({ kind: 'linked', join, filter: read }, { ...row, isLocking: false })
  return sql`(${sql.join(
    held.map((value) => sql`${value} is null`),
    sql` or `,
  )} or ${exists})`
}

function distinct(filters: readonly SlotFilter[]): readonly SlotFilter[] {
  return [...new Set(filters)]
}
