/** Reads the JSON form of filters, the same in requests, preconditions and subscriptions. */
import type { Resource } from '../resource/resource.ts'
import { escapePointer } from '../resource/validator.ts'
import { and, joinsOf, linked, NONE, not, or, type Filter } from './filter.ts'
import { parseCondition, parseQuery } from './parse-condition.ts'
import {
  knownAttribute,
  NOT_KNOWN,
  openReading,
  type ParseScope,
  type Reading,
} from './parse-scope.ts'

/**
 * A filter from a stranger's JSON: `{"text":{"contains":"hi"},"author":{"username":{"eq":"tim"}},"or":[…],"and":[…],
 * "not":{…},"query":"…","none":true}`, all and-ed. Names, operators and values are checked against the declaration; what
 * this caller may know is not, beyond `isKnown`.
 * @throws InvalidError with a pointer to each fault
 */
export function parseFilterJson(json: unknown, scope: ParseScope): Filter {
  const reading = openReading(scope)
  const filter = readFilterJson(json, { ...scope, depth: 1 }, reading)
  reading.finish()
  return filter
}

/** Where in a filter its reader is. */
export interface Place {
  readonly resource: Resource
  readonly pointer: string
  readonly depth: number
}

/** As `parseFilterJson`, as part of a larger reading, which gathers the faults. */
export function readFilterJson(json: unknown, place: Place, reading: Reading): Filter {
  if (place.depth > reading.maxDepth) {
    reading.fault(place.pointer, `is nested deeper than ${reading.maxDepth}`)
    return NONE
  }
  const members = membersOf(json)
  if (members === undefined) {
    reading.fault(place.pointer, 'must be an object that holds filters')
    return NONE
  }
  if (members.length === 0) reading.count(place.pointer)
  return and(
    ...members.map(([name, value]) => {
      const pointer = `${place.pointer}/${escapePointer(name)}`
      return readMember(name, value, { at: { ...place, pointer }, reading })
    }),
  )
}

interface Reader {
  /** Points at the member itself. */
  readonly at: Place
  readonly reading: Reading
}

function readMember(name: string, value: unknown, reader: Reader): Filter {
  const { at, reading } = reader
  switch (name) {
    case 'and':
      return and(...readList(value, reader))
    case 'or':
      return or(...readList(value, reader))
    case 'not':
      reading.count(at.pointer)
      return not(readFilterJson(value, deeper(at), reading))
    case 'query':
      return parseQuery(value, at.pointer, reading)
    case 'none':
      reading.count(at.pointer)
      if (value !== true) reading.fault(at.pointer, 'must be true')
      return NONE
    default:
      return readNamed(name, value, reader)
  }
}

function readList(value: unknown, { at, reading }: Reader): readonly Filter[] {
  reading.count(at.pointer)
  if (!Array.isArray(value)) {
    reading.fault(at.pointer, 'must be a list of filters')
    return []
  }
  return value.map((inner: unknown, index) =>
    readFilterJson(inner, deeper({ ...at, pointer: `${at.pointer}/${index}` }), reading),
  )
}

function readNamed(name: string, value: unknown, { at, reading }: Reader): Filter {
  const { resource, pointer } = at
  const attribute = knownAttribute(resource, name, reading)
  if (attribute !== undefined) {
    const members = membersOf(value)
    if (members === undefined || members.length === 0) {
      reading.fault(
        pointer,
        `must be an object of operators, such as {"${attribute.operators[0] ?? ''}": …}`,
      )
      return NONE
    }
    return and(
      ...members.map(([operator, operand]) => {
        const inner = `${pointer}/${escapePointer(operator)}`
        return parseCondition(
          { name, attribute, operator, value: operand, pointer: inner },
          reading,
        )
      }),
    )
  }
  return readLink(name, value, { at, reading })
}

/** A link that leads to rows; a count leads to a number, and is no filter. */
function readLink(name: string, value: unknown, { at, reading }: Reader): Filter {
  const link = Object.hasOwn(at.resource.links, name) ? at.resource.links[name] : undefined
  if (link === undefined || link.kind === 'hasCount' || !reading.isKnown(at.resource, name)) {
    reading.fault(at.pointer, NOT_KNOWN)
    return NONE
  }
  reading.count(at.pointer)
  const resource = reading.registry.targetOf(link)
  const inner = readFilterJson(value, deeper({ ...at, resource }), reading)
  return linked(joinsOf(reading.registry, at.resource, name), inner)
}

function deeper(place: Place): Place {
  return { ...place, depth: place.depth + 1 }
}

function membersOf(json: unknown): readonly (readonly [string, unknown])[] | undefined {
  if (typeof json !== 'object' || json === null || Array.isArray(json)) return undefined
  return Object.entries(json)
}
