/** Attributes that most resources have: ids, references, times, and columns that JSON Schema has no type for. */
import type { Static, TSchema } from 'typebox'
import {
  attribute,
  capabilitiesOf,
  createAttribute,
  PLAIN,
  type Attribute,
  type CreateMode,
} from './attribute.ts'
import type { ColumnType } from './column-type.ts'
import { BIGINT, DATE, DECIMAL, INT32, TIMESTAMP, UUID } from './wire-schemas.ts'

/** Options of `id`. */
export interface IdOptions<Client extends boolean> {
  /** Lets clients choose the id of what they create; default false: the server makes a uuid of version 7 (RFC 9562 §5.7). */
  readonly client?: Client
}

/** The usual key: a uuid, made by the server and sorted by time of creation. */
export function id<const Client extends boolean = false>(
  options: IdOptions<Client> = {},
): Attribute<string, Client extends true ? 'optional' : 'never', false, true> {
  return made('uuid', UUID, {
    createMode: options.client === true ? 'optional' : 'never',
    updatable: false,
    onCreate: { kind: 'uuid' },
  })
}

/** A key that the database counts up: 1, 2, 3, … Gaps are normal. */
export function sequence(): Attribute<number, 'never', false, true> {
  return made('int', INT32, {
    createMode: 'never',
    updatable: false,
    onCreate: { kind: 'sequence' },
  })
}

/** Holds the key of a row of another resource, a uuid unless the schema of that key is given. */
export function reference(target: string): Attribute<string, 'required', true, true>
export function reference<S extends TSchema>(
  target: string,
  schema: S,
): Attribute<NoInfer<Static<S>>, 'required', true, true>
export function reference(
  target: string,
  schema?: TSchema,
): Attribute<unknown, 'required', true, true> {
  const base =
    schema === undefined ? made<string, 'required', true>('uuid', UUID, {}) : attribute(schema)
  return createAttribute({ ...base, references: target })
}

/** When the row was made; the store's alone. */
export function createdAt(): Attribute<string, 'never', false, true> {
  return made('timestamp', TIMESTAMP, {
    createMode: 'never',
    updatable: false,
    onCreate: { kind: 'now' },
  })
}

/** When the row was last changed; the store's alone. */
export function updatedAt(): Attribute<string, 'never', false, true> {
  return made('timestamp', TIMESTAMP, {
    createMode: 'never',
    updatable: false,
    onCreate: { kind: 'now' },
    onUpdate: { kind: 'now' },
  })
}

/** A moment, with milliseconds; ISO 8601 with Z on the wire. */
export function timestamp(): Attribute<string, 'required', true, true> {
  return made('timestamp', TIMESTAMP, {})
}

/** A day of the calendar, `2026-11-20`. */
export function date(): Attribute<string, 'required', true, true> {
  return made('date', DATE, {})
}

/** A whole number of 64 bits: on the wire a string of digits, because JSON numbers lose it. */
export function bigint(): Attribute<string, 'required', true, true> {
  return made('bigint', BIGINT, {})
}

/** An exact decimal number; on the wire a string of digits. */
export function decimal(): Attribute<string, 'required', true, true> {
  return made('decimal', DECIMAL, {})
}

function made<T, C extends CreateMode, U extends boolean>(
  column: ColumnType,
  schema: TSchema,
  facts: Partial<Attribute>,
): Attribute<T, C, U, true> {
  return createAttribute({ ...PLAIN, schema, column, ...capabilitiesOf(column), ...facts })
}
