/** The indexes of a resource's table: what was asked for, and what foreign keys need. */

import Type, { type TSchema } from 'typebox'
import { DeclarationError } from '../errors.ts'
import type { Attribute } from '../resource/attribute.ts'
import type { ColumnType } from '../resource/column-type.ts'
import type { DeclaredIndex, IndexMethod } from '../resource/declared-index.ts'
import type { ForeignKey } from '../resource/registry.ts'
import { attributeOrThrow, type Resource } from '../resource/resource.ts'
import { constraintName, type ConstraintKind } from './constraint-name.ts'

/** One index, or one unique constraint. */
export interface TableIndex {
  readonly name: string
  readonly attributes: readonly string[]
  readonly isUnique: boolean
  readonly method: IndexMethod
}

/** A row of a btree index must fit a third of a page (BTMaxItemSize, 2704 bytes); the rest is for its header. */
const MAX_INDEX_ROW_BYTES = 2680
/** UTF8. */
const MAX_CHARACTER_BYTES = 4
/** Header and alignment of one value. */
const VALUE_OVERHEAD_BYTES = 8
/** The words of a text must fit into one tsvector (MAXSTRPOS, 1 MiB), where some are kept whole and in parts. */
const MAX_SEARCHED_CHARACTERS = 50_000

/** Most bytes of a value, but for text. A decimal has up to 254 digits, four of them in two bytes. */
const VALUE_BYTES: Readonly<Record<Exclude<ColumnType, 'text' | 'json'>, number>> = {
  uuid: 16,
  int: 4,
  bigint: 8,
  number: 8,
  decimal: 144,
  boolean: 1,
  timestamp: 8,
  date: 4,
}

/**
 * Every index of the table but that of the primary key: unique constraints, plain indexes, and one for each foreign key that no
 * other index begins with, so that a delete of what is pointed at finds its rows. A plain index ends with the key, as the order of
 * every page does.
 * @throws DeclarationError when a value of an index may be too large for it
 */
export function indexesOf(
  resource: Resource,
  foreignKeys: readonly ForeignKey[],
): readonly TableIndex[] {
  proveSize(resource, resource.key)
  const unique = [
    ...resource.attributeNames.filter((name) => resource.attributes[name]?.isUnique).map(listOf),
    ...resource.indexes.filter(({ isUnique }) => isUnique).map(({ attributes }) => attributes),
  ].filter((attributes) => !isSameList(attributes, resource.key))
  const plain = resource.indexes
    .filter(({ isUnique, method }) => !isUnique && method === 'btree')
    .map(({ attributes }) => attributes)
  const taken = [resource.key, ...unique, ...plain]
  const implied = foreignKeys
    .map(({ attributes }) => attributes)
    .filter((attributes) => !taken.some((other) => beginsWith(other, attributes)))
  return distinct([
    ...unique.map((attributes) => toIndex(resource, attributes, true)),
    ...[...plain, ...implied].map((attributes) => toIndex(resource, attributes, false)),
    ...resource.indexes
      .filter(({ method }) => method !== 'btree')
      .map((declared) => toSearchIndex(resource, declared)),
  ])
}

function toIndex(resource: Resource, named: readonly string[], isUnique: boolean): TableIndex {
  const tail = isUnique ? [] : resource.key.filter((name) => !named.includes(name))
  const attributes = [...named, ...tail]
  proveSize(resource, attributes)
  return {
    name: constraintName(resource.name, named, isUnique ? 'key' : 'idx'),
    attributes,
    isUnique,
    method: 'btree',
  }
}

const NAME_KIND: Readonly<Record<IndexMethod, ConstraintKind>> = {
  btree: 'idx',
  trigram: 'trigram_idx',
  text: 'text_idx',
}

/** It holds parts of texts, so that only what is taken apart at once must be bounded. */
function toSearchIndex(resource: Resource, { attributes, method }: DeclaredIndex): TableIndex {
  for (const name of attributes) {
    const path = `${resource.name}.${name}`
    const { column, schema } = attributeOrThrow(resource, name, 'indexes')
    if (column !== 'text') {
      throw new DeclarationError(`${path}: it is no text, so it can't be in a ${method} index.`)
    }
    if (method === 'text' && maxLengthOf(schema) > MAX_SEARCHED_CHARACTERS) {
      throw new DeclarationError(
        `${path}: it is in a text index. Give it a maxLength of at most ${String(MAX_SEARCHED_CHARACTERS)}.`,
      )
    }
  }
  const name = constraintName(resource.name, attributes, NAME_KIND[method])
  return { name, attributes, isUnique: false, method }
}

/** A text that is too long for its index would be refused by the database although the declaration allows it. */
function proveSize(resource: Resource, names: readonly string[]): void {
  const path = `${resource.name}.${names.join(', ')}`
  const sizes = names.map((name) => sizeOf(attributeOrThrow(resource, name, 'indexes'), path))
  const size = sizes.reduce((sum, bytes) => sum + bytes + VALUE_OVERHEAD_BYTES, 0)
  if (size <= MAX_INDEX_ROW_BYTES) return
  throw new DeclarationError(
    `${path}: these attributes are in one index (keys, unique and indexed attributes are), where they may take ` +
      `${String(MAX_INDEX_ROW_BYTES)} bytes together. Give text a maxLength (600 fits alone), or index less.`,
  )
}

function sizeOf({ column, schema }: Attribute, path: string): number {
  if (column === 'text') return MAX_CHARACTER_BYTES * maxLengthOf(schema)
  if (column !== 'json') return VALUE_BYTES[column]
  throw new DeclarationError(`${path}: json has no order, so it can't be in an index.`)
}

function maxLengthOf(schema: TSchema): number {
  if (Type.IsUnion(schema)) return Math.max(...schema.anyOf.map(maxLengthOf))
  if (Type.IsLiteral(schema)) return String(schema.const).length
  if (Type.IsEnum(schema)) return Math.max(...schema.enum.map((value) => String(value).length))
  const maxLength = 'maxLength' in schema ? schema.maxLength : undefined
  return typeof maxLength === 'number' ? maxLength : Infinity
}

function distinct(indexes: readonly TableIndex[]): readonly TableIndex[] {
  return [...new Map(indexes.map((index) => [JSON.stringify(index), index])).values()]
}

function beginsWith(index: readonly string[], attributes: readonly string[]): boolean {
  const start = index.slice(0, attributes.length)
  return attributes.every((name) => start.includes(name))
}

function isSameList(one: readonly string[], other: readonly string[]): boolean {
  return one.length === other.length && one.every((name, at) => name === other[at])
}

function listOf(name: string): readonly string[] {
  return [name]
}
