/** The declaration of one resource: what it is made of, checked and frozen. No security, no I/O. */
import { DeclarationError } from '../errors.ts'
import { attribute, isAttribute, type Attribute } from './attribute.ts'
import type { AttributeOf, DeclaredAttribute, DeclaredAttributes } from './declared-attribute.ts'
import type { DeclaredIndex } from './declared-index.ts'
import type { BelongsTo, HasLink, Link, ManyToMany } from './link.ts'
import { OPERATORS_OF_COLUMN } from './operator.ts'
import { validatorOf } from './validator.ts'

/** What a developer writes. `A` are the attributes; everything that names one is checked against them. */
export interface ResourceDeclaration<
  A extends DeclaredAttributes = DeclaredAttributes,
  L extends Readonly<Record<string, Link>> = Readonly<Record<string, Link>>,
> {
  readonly attributes: A
  /** The attribute, or attributes, that tell rows apart; default `id`. */
  readonly key?: NameIn<A> | readonly NameIn<A>[]
  /** Links by name. */
  readonly links?: L
  readonly indexes?: readonly DeclaredIndex<NameIn<A>>[]
  /** The attribute that names a row for people, such as a title. */
  readonly label?: NameIn<A>
  /** The attribute that tells a row in a line. */
  readonly summary?: NameIn<A>
  /** For documents: what one row is. */
  readonly description?: string
  /** Most rows of a page, keys of a read batch and edits of an edit batch; default 100. */
  readonly batchSize?: number
  /** Takes updates and deletes only with `If-Match` (428 without); default false. */
  readonly requiresIfMatch?: boolean
}

type NameIn<A> = Extract<keyof A, string>

/** Links whose own attributes (those of `belongsTo`) are attributes of this resource. */
export type LinksOf<A extends DeclaredAttributes> = Readonly<
  Record<string, BelongsTo<string, NameIn<A>> | HasLink | ManyToMany>
>

declare const DECLARED: unique symbol

/** A declared resource. Frozen; the type parameters remember the declaration for inference. */
export interface Resource<
  N extends string = string,
  A extends DeclaredAttributes = DeclaredAttributes,
  L extends Readonly<Record<string, Link>> = Readonly<Record<string, Link>>,
> {
  /** Never set: carries the types. */
  readonly [DECLARED]?: { readonly attributes: A; readonly links: L }
  readonly name: N
  readonly attributes: { readonly [K in NameIn<A>]: AttributeOf<A[K]> } & Readonly<
    Record<string, Attribute>
  >
  /** Names of all attributes, in the order of the declaration. */
  readonly attributeNames: readonly string[]
  readonly key: readonly string[]
  readonly links: L
  readonly indexes: readonly DeclaredIndex[]
  readonly label: string | undefined
  readonly summary: string | undefined
  readonly description: string | undefined
  readonly batchSize: number
  readonly requiresIfMatch: boolean
}

/** Longest name of a resource or attribute: index and constraint names made from two of them stay within PostgreSQL's 63 bytes. */
const MAX_NAME_LENGTH = 40
const NAME = /^[a-z][a-z0-9]*(_[a-z0-9]+)*$/
const DEFAULT_BATCH_SIZE = 100
const MAX_BATCH_SIZE = 1000
/** Words that filters, parameters and frames use themselves. */
const RESERVED = new Set([
  'and', 'or', 'not', 'all', 'none', 'query', 'filter', 'filter_mode', 'search_order', 'limit',
  'page_key', 'include', 'cursor', 'keys', 'key', 'item', 'precondition', 'if_match', 'edits', 'atomic',
]) // prettier-ignore

/**
 * Declares a resource.
 * @param name snake_case, singular; paths and operation names are made from it
 * @throws DeclarationError naming the resource and attribute, and the mend
 */
export function resource<
  const N extends string,
  const A extends DeclaredAttributes,
  const L extends LinksOf<A> = Readonly<Record<never, never>>,
>(
  name: N,
  declaration: ResourceDeclaration<A, L>,
  // Written right into `resources({…})`, one without links would else get those that any resource may have.
): Resource<N, A, NoInfer<L>> {
  const attributes = gatherAttributes(name, declaration.attributes)
  const key = listOf(declaration.key ?? 'id')
  const declared: Resource = {
    name,
    attributes,
    attributeNames: Object.freeze(Object.keys(attributes)),
    key: Object.freeze(key),
    links: Object.freeze({ ...declaration.links }),
    indexes: Object.freeze([...(declaration.indexes ?? [])]),
    label: declaration.label,
    summary: declaration.summary,
    description: declaration.description,
    batchSize: declaration.batchSize ?? DEFAULT_BATCH_SIZE,
    requiresIfMatch: declaration.requiresIfMatch ?? false,
  }
  checkResource(declared)
  return Object.freeze(declared) as Resource<N, A, L>
}

function gatherAttributes(
  name: string,
  declared: DeclaredAttributes,
): Readonly<Record<string, Attribute>> {
  checkName(name, `The name of resource '${name}'`)
  const entries = Object.entries(declared).map(([attributeName, value]) => {
    checkName(attributeName, `${name}.${attributeName}: the name of an attribute`)
    return [attributeName, toAttribute(`${name}.${attributeName}`, value)] as const
  })
  return Object.freeze(Object.fromEntries(entries))
}

function toAttribute(path: string, value: DeclaredAttribute): Attribute {
  if (isAttribute(value)) return value
  try {
    return attribute(value)
  } catch (error) {
    if (error instanceof DeclarationError) {
      throw new DeclarationError(`${path}: ${error.message}`, { cause: error })
    }
    throw error
  }
}

function checkName(name: string, what: string): void {
  if (!NAME.test(name) || name.length > MAX_NAME_LENGTH) {
    throw new DeclarationError(
      `${what} must be snake_case (a-z, 0-9, single _), at most ${String(MAX_NAME_LENGTH)} characters.`,
    )
  }
  if (RESERVED.has(name)) {
    throw new DeclarationError(`${what} is a word that the API uses itself. Choose another.`)
  }
}

function checkResource(resource: Resource): void {
  const known = (name: string, where: string): Attribute => attributeOrThrow(resource, name, where)
  if (resource.key.length === 0) {
    throw new DeclarationError(`${resource.name}: the key names no attribute.`)
  }
  for (const name of resource.key) checkKeyAttribute(resource, name, known(name, 'key'))
  for (const [name, link] of Object.entries(resource.links)) checkLink(resource, name, link)
  for (const { attributes } of resource.indexes) {
    for (const name of attributes) known(name, 'indexes')
  }
  for (const name of [resource.label, resource.summary]) {
    if (name !== undefined && !known(name, 'label or summary').readable) {
      throw new DeclarationError(`${resource.name}.${name}: a secret can't be label or summary.`)
    }
  }
  checkBatchSize(resource)
  for (const [name, attribute] of Object.entries(resource.attributes)) {
    checkAttribute(`${resource.name}.${name}`, attribute)
  }
}

function checkAttribute(path: string, attribute: Attribute): void {
  const { column, createMode, onCreate, isNullable, operators, collation } = attribute
  if (createMode === 'optional' && onCreate === undefined && !isNullable) {
    throw new DeclarationError(
      `${path}: optional on create needs a default, a generator or nullable().`,
    )
  }
  if (onCreate?.kind === 'value' && !isValueOf(attribute, onCreate.value)) {
    throw new DeclarationError(`${path}: its default is no value of its schema.`)
  }
  const foreign = operators.find((operator) => !OPERATORS_OF_COLUMN[column].includes(operator))
  if (foreign !== undefined) {
    throw new DeclarationError(
      `${path}: a ${column} has no operator '${foreign}'. It has ${OPERATORS_OF_COLUMN[column].join(', ')}.`,
    )
  }
  if (collation !== undefined && column !== 'text') {
    throw new DeclarationError(`${path}: only text has a collation.`)
  }
}

function isValueOf({ schema, isNullable }: Attribute, value: unknown): boolean {
  return value === null ? isNullable : validatorOf(schema).isValid(value)
}

function checkKeyAttribute(resource: Resource, name: string, key: Attribute): void {
  const path = `${resource.name}.${name}`
  if (key.isNullable) throw new DeclarationError(`${path}: a key attribute can't be nullable.`)
  if (!key.readable) throw new DeclarationError(`${path}: a key attribute can't be secret.`)
  if (key.column === 'json' || key.column === 'number') {
    throw new DeclarationError(`${path}: a ${key.column} can't be a key, it has no exact equality.`)
  }
}

function checkLink(resource: Resource, name: string, link: Link): void {
  checkName(name, `${resource.name}.${name}: the name of a link`)
  if (resource.attributes[name] !== undefined) {
    throw new DeclarationError(
      `${resource.name}.${name} is a link and an attribute. Rename one: includes would collide.`,
    )
  }
  if (link.kind !== 'belongsTo') return
  for (const attributeName of link.attributes) {
    const held = attributeOrThrow(resource, attributeName, `link ${name}`)
    if (link.onDelete === 'nullify' && !held.isNullable) {
      throw new DeclarationError(
        `${resource.name}.${attributeName}: link ${name} nullifies it on delete, so it must be nullable().`,
      )
    }
  }
}

function checkBatchSize({ name, batchSize }: Resource): void {
  if (!Number.isInteger(batchSize) || batchSize < 1 || batchSize > MAX_BATCH_SIZE) {
    throw new DeclarationError(
      `${name}: batchSize must be a whole number from 1 to ${String(MAX_BATCH_SIZE)}, not ${String(batchSize)}.`,
    )
  }
}

/** The attribute of that name, which may come from anywhere; undefined when there is none. */
export function findAttribute(resource: Resource, name: string): Attribute | undefined {
  return Object.hasOwn(resource.attributes, name) ? resource.attributes[name] : undefined
}

/** The attribute of that name. @throws DeclarationError naming the resource, the place and the attributes that there are */
export function attributeOrThrow(resource: Resource, name: string, where: string): Attribute {
  const found = findAttribute(resource, name)
  if (found === undefined) {
    throw new DeclarationError(
      `${resource.name}: ${where} names '${name}', which is no attribute. There are ${Object.keys(resource.attributes).join(', ')}.`,
    )
  }
  return found
}

function listOf(names: string | readonly string[]): readonly string[] {
  return typeof names === 'string' ? [names] : [...names]
}
