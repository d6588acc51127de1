/** What a developer says of one attribute: its schema, its column, and who may do what with it. */
import Type, { type Static, type TSchema } from 'typebox'
import { DeclarationError } from '../errors.ts'
import { columnTypeOf, type ColumnType } from './column-type.ts'
import { narrowSchema } from './narrow-schema.ts'
import { OPERATORS_OF_COLUMN, type Operator } from './operator.ts'

/** Whether a create must, may or can't bring the attribute. */
export type CreateMode = 'required' | 'optional' | 'never'

/** A value that the server makes: on create, on update, or both. */
export type Generator =
  | { readonly kind: 'uuid' }
  | { readonly kind: 'now' }
  | { readonly kind: 'sequence' }
  | { readonly kind: 'value'; readonly value: unknown }

declare const FACTS: unique symbol

/** What is known of an attribute apart from its methods. */
export interface AttributeFacts {
  /** The schema of one value, null not included. */
  readonly schema: TSchema
  readonly column: ColumnType
  /** The resource whose key this attribute holds. */
  readonly references: string | undefined
  readonly isNullable: boolean
  readonly isUnique: boolean
  readonly createMode: CreateMode
  readonly updatable: boolean
  /** False: secret. It is in no item, no event, no document, and no filter of a caller. */
  readonly readable: boolean
  readonly sortable: boolean
  /** Whether `query` looks into it. */
  readonly searchable: boolean
  readonly operators: readonly Operator[]
  readonly onCreate: Generator | undefined
  readonly onUpdate: Generator | undefined
  /** A collation of PostgreSQL for comparisons and orders; undefined: by code point. */
  readonly collation: string | undefined
}

/**
 * One attribute. Frozen; each method gives a changed copy. The type parameters are what inference needs: the value's
 * type, and whether a create brings it, an update may change it, an item shows it.
 */
export interface Attribute<
  out T = unknown,
  out C extends CreateMode = CreateMode,
  out U extends boolean = boolean,
  out R extends boolean = boolean,
> extends AttributeFacts {
  /** Never set: carries the types. */
  readonly [FACTS]?: { readonly type: T; readonly create: C; readonly update: U; readonly read: R }
  /** May be null; a create may leave it out, which means null. */
  nullable(): Attribute<T | null, C extends 'never' ? 'never' : 'optional', U, R>
  /** A create may leave it out; then it is this value. */
  default(value: NoInfer<T>): Attribute<T, C extends 'never' ? 'never' : 'optional', U, R>
  /** Set once, on create. */
  immutable(): Attribute<T, C, false, R>
  /** Set by the server's own code or its generator alone; no input has it. */
  serverSet(): Attribute<T, 'never', false, R>
  /** Never leaves the server: in no item, event, document or filter. A nullable or generated one is fine; no input has it. */
  secret(): Attribute<T, 'never', false, false>
  /** No two rows have the same value (nulls aside). */
  unique(): Attribute<T, C, U, R>
  /** Can't be in `search_order`. */
  unsortable(): Attribute<T, C, U, R>
  /** Not looked into by `query`. */
  unsearchable(): Attribute<T, C, U, R>
  /** Only these operators, out of those that its column permits. */
  operatorsOnly(...operators: readonly Operator[]): Attribute<T, C, U, R>
  /** Compared and ordered by this collation of PostgreSQL (`de-x-icu`) instead of by code point. */
  collated(collation: string): Attribute<T, C, U, R>
}

/**
 * An attribute from a TypeBox schema, required on create and free to change; narrow it with its methods. Integers are of 32 bits,
 * uuids lower case, times and dates as on the wire, also where the schema does not say so.
 * @throws DeclarationError for a schema that no column can hold
 */
export function attribute<S extends TSchema>(
  schema: S,
): Attribute<NoInfer<Static<S>>, 'required', true, true> {
  const column = columnTypeOf(schema)
  if (column === undefined || Type.IsOptional(schema)) {
    throw new DeclarationError(
      'The schema of an attribute must be a string, integer, number, boolean, enum, object or array, ' +
        `not optional: use attribute(schema).nullable(). It is ${JSON.stringify(schema)}.`,
    )
  }
  return createAttribute({
    ...PLAIN,
    schema: narrowSchema(schema, column),
    column,
    ...capabilitiesOf(column),
  })
}

/** Builds an attribute from its facts; for the standard attributes. The caller vouches that types and facts agree. */
export function createAttribute<T, C extends CreateMode, U extends boolean, R extends boolean>(
  facts: AttributeFacts,
): Attribute<T, C, U, R> {
  const changed = <A>(change: Partial<AttributeFacts>): A =>
    createAttribute({ ...facts, ...change }) as unknown as A
  const optional = facts.createMode === 'never' ? 'never' : 'optional'
  return Object.freeze<Attribute<T, C, U, R>>({
    ...facts,
    nullable: () => changed({ isNullable: true, createMode: optional }),
    default: (value) => changed({ onCreate: { kind: 'value', value }, createMode: optional }),
    immutable: () => changed({ updatable: false }),
    serverSet: () => changed({ createMode: 'never', updatable: false }),
    secret: () =>
      changed({
        readable: false,
        createMode: 'never',
        updatable: false,
        sortable: false,
        searchable: false,
      }),
    unique: () => changed({ isUnique: true }),
    unsortable: () => changed({ sortable: false }),
    unsearchable: () => changed({ searchable: false }),
    operatorsOnly: (...operators) => changed({ operators: Object.freeze([...operators]) }),
    collated: (collation) => changed({ collation }),
  })
}

/** Flags that follow from the column alone. */
export function capabilitiesOf(
  column: ColumnType,
): Pick<AttributeFacts, 'sortable' | 'searchable' | 'operators'> {
  return {
    sortable: column !== 'json',
    searchable: column === 'text',
    operators: OPERATORS_OF_COLUMN[column],
  }
}

/** The facts of an attribute of which nothing special was said. */
export const PLAIN: Omit<
  AttributeFacts,
  'schema' | 'column' | 'sortable' | 'searchable' | 'operators'
> = Object.freeze({
  references: undefined,
  isNullable: false,
  isUnique: false,
  createMode: 'required',
  updatable: true,
  readable: true,
  onCreate: undefined,
  onUpdate: undefined,
  collation: undefined,
})

/** Tells an attribute from a bare TypeBox schema. */
export function isAttribute(value: Attribute | TSchema): value is Attribute {
  return typeof value === 'object' && 'createMode' in value && 'operatorsOnly' in value
}
