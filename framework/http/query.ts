/** Reads the query of a URL, strictly: nothing is guessed, dropped or taken twice. */
import { InvalidError } from '../errors.ts'

/** One parameter, decoded. */
export type QueryEntry = readonly [name: string, value: string]

/** The parameters of one request. What was taken is gone; what is left at the end is refused. */
export interface Query {
  /** The value of a parameter; undefined when it is absent. @throws InvalidError when it stands more than once */
  take(name: string): string | undefined
  /** Every value of a parameter that may repeat. */
  takeAll(name: string): readonly string[]
  /** What has not been taken. */
  rest(): readonly QueryEntry[]
  /** @throws InvalidError naming each parameter that has not been taken */
  refuseRest(): void
}

/**
 * The parameters of a query string.
 * @throws InvalidError for an escape that stands for no UTF-8, for NUL, and for characters that a URL can't hold
 */
export function parseQuery(text: string): Query {
  return queryOf(text === '' ? NO_ENTRIES : parseEntries(text))
}

/** Parameters that are decoded already. */
export function queryOf(all: readonly QueryEntry[]): Query {
  let entries = all
  const takeAll = (name: string): readonly string[] => {
    if (entries.length === 0) return NO_VALUES
    const found = entries.filter((entry) => entry[0] === name)
    if (found.length > 0) entries = entries.filter((entry) => entry[0] !== name)
    return found.map(([, value]) => value)
  }
  return {
    takeAll,
    take(name) {
      const [value, ...more] = takeAll(name)
      if (more.length > 0) throw fault(name, 'may stand only once')
      return value
    },
    rest: () => entries,
    refuseRest() {
      if (entries.length === 0) return
      const names = new Set(entries.map(([name]) => name))
      throw new InvalidError(
        [...names].map((name) => ({ pointer: `?${name}`, detail: 'is not known here' })),
      )
    },
  }
}

const NO_ENTRIES: readonly QueryEntry[] = Object.freeze([])
const NO_VALUES: readonly string[] = Object.freeze([])

/** What stands for itself, as most names and values do. */
const PLAIN = /^[\w.~-]*$/

/** The parameters of a text in the form `application/x-www-form-urlencoded`, as queries and forms have it. */
export function parseEntries(text: string): readonly QueryEntry[] {
  return text
    .split('&')
    .filter((part) => part !== '')
    .map((part) => {
      const at = part.indexOf('=')
      const name = decode(at === -1 ? part : part.slice(0, at), '')
      return [name, at === -1 ? '' : decode(part.slice(at + 1), name)]
    })
}

function decode(text: string, name: string): string {
  if (PLAIN.test(text)) return text
  if (!/^[\x21-\x7e]*$/.test(text)) throw fault(name, 'must be percent-encoded')
  let decoded: string
  try {
    decoded = decodeURIComponent(text.replaceAll('+', ' '))
  } catch {
    throw fault(name, 'is not percent-encoded UTF-8')
  }
  if (decoded.includes('\0')) throw fault(name, 'must not hold the character NUL')
  return decoded
}

function fault(name: string, detail: string): InvalidError {
  return new InvalidError([{ pointer: `?${name}`, detail }])
}
