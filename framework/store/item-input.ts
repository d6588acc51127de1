/** Checks what creates and updates bring against the declaration, before any question of access. */
import { InternalError, InvalidError, type Fault } from '../errors.ts'
import { toCanonicalTime } from '../resource/canonical-time.ts'
import type { ColumnType } from '../resource/column-type.ts'
import type { Resource } from '../resource/resource.ts'
import { escapePointer, validatorOf, type Validator } from '../resource/validator.ts'
import type { Outline } from '../security/access.ts'

/** Attributes by name, as they came: each of them is known, and its value fits the declaration. */
export type CheckedItem = Readonly<Record<string, unknown>>

/**
 * Checks one input.
 * @param pointer where it stands in what the caller sent
 * @returns the input, without attributes that are undefined, times in UTC with milliseconds
 * @throws InvalidError with every fault
 */
export type CheckItem = (item: unknown, pointer: string) => CheckedItem

interface Expected {
  readonly validator: Validator
  readonly isNullable: boolean
  readonly column: ColumnType
}

/** Most faults that one answer lists. */
const MAX_FAULTS = 20

/** Makes the check of creates: attributes that some caller may bring, and those that a create can't do without. */
export function createItemCheck(
  resource: Resource,
  outline: Outline,
  sets: Readonly<Record<string, unknown>>,
): CheckItem {
  const permitted = resource.attributeNames.filter(
    (name) => outline.attributes[name]?.creatable === true && !Object.hasOwn(sets, name),
  )
  const required = permitted.filter((name) => {
    const attribute = resource.attributes[name]
    return attribute?.onCreate === undefined && attribute?.isNullable !== true
  })
  return itemCheck(expect(resource, permitted), required)
}

/** Makes the check of updates. A key never changes. */
export function updateItemCheck(resource: Resource, outline: Outline): CheckItem {
  const permitted = resource.attributeNames.filter(
    (name) => outline.attributes[name]?.updatable === true && !resource.key.includes(name),
  )
  return itemCheck(expect(resource, permitted), [])
}

/**
 * Makes the check of what the server's own code sets in a write.
 * @param taken attributes that are set otherwise
 * @returns throws InternalError with every fault: they are the code's
 */
export function setsCheck(
  resource: Resource,
  taken: readonly string[],
): (sets: CheckedItem | undefined) => CheckedItem {
  const permitted = resource.attributeNames.filter(
    (name) => resource.attributes[name]?.onCreate?.kind !== 'sequence' && !taken.includes(name),
  )
  const check = itemCheck(expect(resource, permitted), [])
  return (sets) => {
    if (sets === undefined) return NOTHING
    try {
      return check(sets, '')
    } catch (cause) {
      if (!(cause instanceof InvalidError)) throw cause
      const told = cause.faults.map(({ pointer, detail }) => `${pointer} ${detail}`).join('; ')
      throw new InternalError(`${resource.name}: the server can't set this: ${told}`, { cause })
    }
  }
}

const NOTHING: CheckedItem = Object.freeze({})

function expect(resource: Resource, names: readonly string[]): ReadonlyMap<string, Expected> {
  return new Map(
    names.flatMap((name) => {
      const attribute = resource.attributes[name]
      if (attribute === undefined) return []
      const { schema, isNullable, column } = attribute
      return [[name, { validator: validatorOf(schema), isNullable, column }] as const]
    }),
  )
}

function itemCheck(
  expected: ReadonlyMap<string, Expected>,
  required: readonly string[],
): CheckItem {
  return (item, pointer) => {
    if (typeof item !== 'object' || item === null || Array.isArray(item)) {
      throw new InvalidError([{ pointer, detail: 'must be an object' }])
    }
    const given = item as CheckedItem // an object, as just checked
    const faults: Fault[] = []
    let checked = given
    for (const name of Object.keys(given)) {
      const value = given[name]
      const kept = keptValue(expected.get(name), value)
      if (value === undefined) checked = without(checked, name)
      else if (kept === undefined) {
        faults.push(...faultsOf(expected.get(name), value, `${pointer}/${escapePointer(name)}`))
      } else if (kept !== value) checked = { ...checked, [name]: kept }
    }
    for (const name of required) {
      if (given[name] === undefined) {
        faults.push({ pointer: `${pointer}/${name}`, detail: 'is required' })
      }
    }
    if (faults.length > 0) throw new InvalidError(faults.slice(0, MAX_FAULTS))
    return checked
  }
}

function without(item: CheckedItem, name: string): CheckedItem {
  return Object.fromEntries(Object.entries(item).filter(([key]) => key !== name))
}

/** The value as its column keeps it; undefined when it does not fit. */
function keptValue(expected: Expected | undefined, value: unknown): unknown {
  if (expected === undefined) return undefined
  if (value === null) return expected.isNullable ? value : undefined
  if (!expected.validator.isValid(value)) return undefined
  if (typeof value !== 'string') return value
  // Offsets reach further than PostgreSQL reads, and out of the years that the wire has.
  if (expected.column === 'timestamp') return toCanonicalTime(value)
  return expected.column !== 'bigint' || isInRange(value) ? value : undefined
}

function faultsOf(
  expected: Expected | undefined,
  value: unknown,
  pointer: string,
): readonly Fault[] {
  if (expected === undefined) return [{ pointer, detail: 'is not known here' }]
  if (value === null) return [{ pointer, detail: 'must not be null' }]
  const faults = expected.validator.faultsOf(value, pointer)
  return faults.length > 0 ? faults : [{ pointer, detail: 'is out of range' }]
}

const MAX_BIGINT = 2n ** 63n - 1n
const MIN_BIGINT = -(2n ** 63n)

/** Its pattern lets nineteen digits through, some of which are beyond 64 bits. */
function isInRange(digits: string): boolean {
  const number = BigInt(digits)
  return number >= MIN_BIGINT && number <= MAX_BIGINT
}
