/** A row's key on the wire: always one string. */
import { InvalidError } from '../errors.ts'
import type { Resource } from './resource.ts'
import { validatorOf } from './validator.ts'

/** The values of the key's attributes, in the order of the declaration. */
export type KeyValues = readonly (string | number | boolean)[]

/** Longest key that is looked at; longer ones name no row. */
const MAX_KEY_LENGTH = 1024
/** A whole number as JSON writes it: one way for each number, so that a row has one key. */
const DIGITS = /^(0|-?[1-9][0-9]*)$/

/** The wire key of an item: the value itself, or the base64url of the JSON array of a composite key's values. */
export function keyOf(resource: Resource, item: Readonly<Record<string, unknown>>): string {
  const [first, ...rest] = resource.key
  if (rest.length === 0 && first !== undefined) return String(item[first])
  const values = resource.key.map((name) => item[name])
  return Buffer.from(JSON.stringify(values)).toString('base64url')
}

/**
 * The values that a wire key stands for; undefined when it can't be the key of any row, which callers are told like
 * a key that is not there.
 */
export function parseKey(resource: Resource, key: string): KeyValues | undefined {
  if (key.length > MAX_KEY_LENGTH || key.includes('\0') || !key.isWellFormed()) return undefined
  const values = resource.key.length === 1 ? [fromText(resource, key)] : fromComposite(key)
  if (values?.length !== resource.key.length) return undefined
  const isValid = resource.key.every((name, index) => {
    const attribute = resource.attributes[name]
    return attribute !== undefined && validatorOf(attribute.schema).isValid(values[index])
  })
  return isValid ? (values as KeyValues) : undefined
}

/** The values that a wire key stands for. @throws InvalidError when it can't be the key of any row */
export function parseKeyOrThrow(resource: Resource, key: string, pointer: string): KeyValues {
  const values = parseKey(resource, key)
  if (values === undefined) {
    throw new InvalidError([{ pointer, detail: `is not a key of ${resource.name}` }])
  }
  return values
}

function fromText(resource: Resource, text: string): unknown {
  const attribute = resource.attributes[resource.key[0] ?? '']
  if (attribute?.column === 'int') return DIGITS.test(text) ? Number(text) : undefined
  if (attribute?.column === 'boolean')
    return text === 'true' || (text === 'false' ? false : undefined)
  return text
}

function fromComposite(key: string): readonly unknown[] | undefined {
  const bytes = Buffer.from(key, 'base64url')
  if (bytes.toString('base64url') !== key) return undefined
  try {
    const values: unknown = JSON.parse(bytes.toString('utf8'))
    return Array.isArray(values) && JSON.stringify(values) === bytes.toString('utf8')
      ? values
      : undefined
  } catch {
    return undefined
  }
}
