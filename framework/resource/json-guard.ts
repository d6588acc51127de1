/** Reads JSON from strangers: what a parser accepts, and databases or plain code trip over, is refused before it is a value. */
import { InvalidError } from '../errors.ts'
import { escapePointer } from './validator.ts'

/** Deepest nesting. PGlite loses a value nested 7,000 deep without telling; nobody writes even this deep. */
const MAX_DEPTH = 32
/** Most members of one object and most elements of one array. */
const MAX_MEMBERS = 1000

/**
 * The value of a JSON text (RFC 8259). Refused, with a pointer to it: nesting, objects and arrays beyond bounds, a member
 * that stands twice in one object, `__proto__` and `constructor.prototype`, NUL and lone surrogates, and numbers that are not
 * finite or lose digits. All bounds hold before anything is built.
 * @param pointer where the text stands in what the caller sent; pointers of faults begin with it
 * @throws InvalidError
 */
export function parseJson(text: string, pointer = ''): unknown {
  const value = parsePlain(text)
  if (value !== undefined) return value
  refuseTraps(text, pointer)
  try {
    return JSON.parse(text)
  } catch {
    throw new InvalidError([{ pointer, detail: 'is not valid JSON' }]) // the parser's message echoes the text
  }
}

/** Escapes, names and numbers that may be traps. */
const SUSPECT = /[\\]|__proto__|prototype|[0-9]{16}/
const OPEN_OBJECT = 0x7b
const OPEN_ARRAY = 0x5b

/**
 * The value of a short text that is written as JSON.stringify writes, as programs send it: a name that stands twice, a lost digit
 * or half of a surrogate pair would not come out again as it went in. Undefined: the text has to be walked.
 */
function parsePlain(text: string): unknown {
  // A member or an element takes two signs at least.
  if (text.length > 2 * MAX_MEMBERS || SUSPECT.test(text)) return undefined
  let opened = 0
  for (let index = 0; index < text.length; index += 1) {
    const sign = text.charCodeAt(index)
    if (sign === OPEN_OBJECT || sign === OPEN_ARRAY) opened += 1
  }
  if (opened > MAX_DEPTH) return undefined
  try {
    const value: unknown = JSON.parse(text)
    return JSON.stringify(value) === text ? value : undefined
  } catch {
    return undefined
  }
}

/** An object or array that is open at the place where the walk is. */
interface Open {
  /** Member names so far; undefined: an array. */
  readonly names: Set<string> | undefined
  /** Commas so far. */
  commas: number
  /** Name of the member that is being read; in arrays the index counts. */
  name: string | undefined
}

const STRING = /"[^"\\]*(?:\\.[^"\\]*)*"/sy
const NUMBER = /-?[0-9]+(\.[0-9]+)?([eE][+-]?[0-9]+)?/y
const WHOLE = /^-?[0-9]+$/
const COLON = /[ \t\n\r]*:/y

interface Place {
  readonly open: readonly Open[]
  readonly pointer: string
}

/** Walks the tokens and trusts nothing of their grammar: what is no JSON at all is left to the parser. */
function refuseTraps(text: string, pointer: string): void {
  const open: Open[] = []
  const place: Place = { open, pointer }
  for (let index = 0; index < text.length; index += 1) {
    const sign = text[index] ?? ''
    if (sign === '"') {
      index = passString(text, index, place)
    } else if (sign === '{' || sign === '[') {
      if (open.length === MAX_DEPTH) refuse(place, `is nested deeper than ${MAX_DEPTH}`)
      open.push({ names: sign === '{' ? new Set() : undefined, commas: 0, name: undefined })
    } else if (sign === '}' || sign === ']') {
      open.pop()
    } else if (sign === ',') {
      passComma(place)
    } else if (sign === '-' || (sign >= '0' && sign <= '9')) {
      index = passNumber(text, index, place)
    }
  }
}

/** @returns the index of its last sign */
function passString(text: string, index: number, place: Place): number {
  const token = match(STRING, text, index)
  if (token === undefined) return text.length // without end
  const end = index + token.length
  const inner = place.open.at(-1)
  const value = stringOf(token)
  if (inner?.names !== undefined && match(COLON, text, end) !== undefined) {
    passName(inner.names, value, place)
    inner.name = value
  }
  if (value.includes('\0')) refuse(place, 'must not hold the character NUL')
  if (!value.isWellFormed()) refuse(place, 'must not hold half of a surrogate pair')
  return end - 1
}

function passName(names: Set<string>, name: string, { open, pointer }: Place): void {
  const place = { open: [...open.slice(0, -1), { names, commas: 0, name }], pointer }
  if (name === '__proto__' || (name === 'prototype' && open.at(-2)?.name === 'constructor')) {
    refuse(place, 'is not known here')
  }
  if (names.has(name)) refuse(place, 'stands twice in one object')
  names.add(name)
}

function passComma({ open, pointer }: Place): void {
  const inner = open.at(-1)
  if (inner === undefined) return
  inner.commas += 1
  if (inner.commas >= MAX_MEMBERS) {
    refuse({ open: open.slice(0, -1), pointer }, `holds more than ${MAX_MEMBERS} values`)
  }
}

/** @returns the index of its last sign */
function passNumber(text: string, index: number, place: Place): number {
  const token = match(NUMBER, text, index)
  if (token === undefined) return index
  const value = Number(token)
  if (!Number.isFinite(value)) refuse(place, 'is too large for a number')
  if (!Number.isSafeInteger(value) && WHOLE.test(token)) {
    refuse(place, 'is too large for a whole number: it would lose digits')
  }
  return index + token.length - 1
}

function refuse({ open, pointer }: Place, detail: string): never {
  const steps = open.flatMap(({ names, commas, name }) =>
    names === undefined ? [String(commas)] : name === undefined ? [] : [name],
  )
  throw new InvalidError([
    { pointer: pointer + steps.map((step) => `/${escapePointer(step)}`).join(''), detail },
  ])
}

/** The string that a token stands for; one without escapes is as it stands. */
function stringOf(token: string): string {
  if (!token.includes('\\')) return token.slice(1, -1)
  try {
    return String(JSON.parse(token))
  } catch {
    return ''
  }
}

/** What a sticky pattern matches at `index`. */
function match(pattern: RegExp, text: string, index: number): string | undefined {
  pattern.lastIndex = index
  return pattern.exec(text)?.[0]
}
