/** In which order rows come, and a row's place in it. */
import { InvalidError, type Fault } from '../errors.ts'
import { findAttribute, type Resource } from '../resource/resource.ts'
import { knownAttribute, NOT_KNOWN, type ParseScope } from './parse-scope.ts'
import { parseValue } from './parse-value.ts'

/** One term of an order. Null counts as the largest value, as in PostgreSQL. */
export interface OrderTerm {
  readonly attribute: string
  readonly isDescending: boolean
}

/** An order: its terms, then the key in the direction of the last term. */
export type Order = readonly OrderTerm[]

/** A place between rows: the values of the full order's attributes of the row that it comes after. */
export type Position = readonly (string | number | boolean | null)[]

const MAX_TERMS = 8
/** A name that is longer is none; it is not repeated in full. */
const MAX_ECHO = 40

/**
 * An order from a stranger's text, `-created_at,text`.
 * @throws InvalidError for names that are not known, can't be sorted by or stand twice, and for too many terms
 */
export function parseOrder(text: string, scope: Omit<ParseScope, 'registry'>): Order {
  const { pointer } = scope
  const texts = text.split(',', MAX_TERMS + 1)
  if (texts.length > MAX_TERMS) {
    throw new InvalidError([{ pointer, detail: `must be at most ${MAX_TERMS} names` }])
  }
  const terms = texts.map(toTerm)
  const faults = terms.flatMap(({ attribute }, index): Fault[] => {
    const isRepeated = terms.findIndex((term) => term.attribute === attribute) !== index
    const known = knownAttribute(scope.resource, attribute, scope)
    if (known === undefined) return [{ pointer, detail: unknownOrderTerm(attribute) }]
    if (!known.sortable) return [{ pointer, detail: `can't be by '${attribute}'` }]
    return isRepeated ? [{ pointer, detail: `names '${attribute}' twice` }] : []
  })
  if (faults.length > 0) throw new InvalidError(faults)
  return Object.freeze(terms)
}

/** What is told of an order by an attribute that does not exist, or not for the caller. */
export function unknownOrderTerm(attribute: string): string {
  return `names '${attribute.slice(0, MAX_ECHO)}', which ${NOT_KNOWN}`
}

function toTerm(text: string): OrderTerm {
  const isDescending = text.startsWith('-')
  return Object.freeze({ attribute: isDescending ? text.slice(1) : text, isDescending })
}

/** The order that no two rows share a place in: the key's attributes that it lacks are appended, in its last direction. */
export function fullOrder(resource: Resource, order: Order = []): Order {
  const named = new Set(order.map(({ attribute }) => attribute))
  const isDescending = order.at(-1)?.isDescending ?? false
  const rest = resource.key.filter((attribute) => !named.has(attribute))
  return Object.freeze([
    ...order,
    ...rest.map((attribute) => Object.freeze({ attribute, isDescending })),
  ])
}

/** Whether the values can be a place in that full order, as the resource is declared now. */
export function isPosition(resource: Resource, order: Order, values: unknown): values is Position {
  if (!Array.isArray(values) || values.length !== order.length) return false
  return order.every(({ attribute }, index) => {
    const held = findAttribute(resource, attribute)
    const value: unknown = values[index]
    if (held === undefined) return false
    if (value === null) return held.isNullable
    // Rows may hold longer texts than anybody may compare with.
    return held.column === 'text'
      ? typeof value === 'string'
      : parseValue(held.column, value) === value
  })
}
