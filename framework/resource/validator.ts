/** Checks values against schemas, compiled once per schema, and names every fault with a pointer. */
import type { TSchema } from 'typebox'
import { Compile } from 'typebox/compile'
import { InvalidError, type Fault } from '../errors.ts'

/** A compiled schema. */
export interface Validator {
  isValid(value: unknown): boolean
  /** The faults, with JSON pointers below `pointer`; TypeBox stops to look at eight. Values are never echoed. */
  faultsOf(value: unknown, pointer?: string): readonly Fault[]
  /** @throws InvalidError with the faults */
  check(value: unknown, pointer?: string): void
}

/** Most faults that one answer lists. */
const MAX_FAULTS = 20
const compiled = new WeakMap<TSchema, Validator>()

/** The validator of a schema object; the same object is compiled once, at its first use. */
export function validatorOf(schema: TSchema): Validator {
  const found = compiled.get(schema)
  if (found !== undefined) return found
  const made = createValidator(schema)
  compiled.set(schema, made)
  return made
}

function createValidator(schema: TSchema): Validator {
  const validator = Compile(schema)
  const faultsOf = (value: unknown, pointer = ''): readonly Fault[] =>
    validator.Check(value) ? [] : toFaults(validator.Errors(value), pointer)
  return Object.freeze({
    isValid: (value: unknown) => validator.Check(value),
    faultsOf,
    check(value: unknown, pointer = '') {
      if (validator.Check(value)) return
      throw new InvalidError(faultsOf(value, pointer))
    },
  })
}

interface SchemaError {
  readonly keyword: string
  readonly instancePath: string
  readonly message: string
  readonly params: object
}

function toFaults(errors: readonly SchemaError[], pointer: string): Fault[] {
  const faults = errors.flatMap((error) => toFault(error, pointer))
  const distinct = new Map(faults.map((fault) => [`${fault.pointer} ${fault.detail}`, fault]))
  if (distinct.size === 0) return [{ pointer, detail: 'is not valid' }]
  return [...distinct.values()].slice(0, MAX_FAULTS)
}

function toFault(error: SchemaError, pointer: string): Fault[] {
  // Repeats of what is told of each name, and of what the branches of a union say.
  if (error.keyword === 'additionalProperties' || error.keyword === 'anyOf') return []
  if (error.keyword === 'boolean') {
    return [{ pointer: pointer + error.instancePath, detail: 'is not known here' }]
  }
  if (error.keyword === 'required' && 'requiredProperties' in error.params) {
    const names = error.params.requiredProperties
    return (Array.isArray(names) ? names : []).map((name) => ({
      pointer: `${pointer}${error.instancePath}/${escapePointer(String(name))}`,
      detail: 'is required',
    }))
  }
  return [{ pointer: pointer + error.instancePath, detail: error.message }]
}

/** Escapes one step of a JSON pointer (RFC 6901 §3). */
export function escapePointer(step: string): string {
  return step.replaceAll('~', '~0').replaceAll('/', '~1')
}
