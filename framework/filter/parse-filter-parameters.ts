/** Reads filters from the parameters of a URL's query. */
import { InvalidError } from '../errors.ts'
import { parseJson } from '../resource/json-guard.ts'
import { and, NONE, or, type Filter } from './filter.ts'
import { parseCondition, parseQuery } from './parse-condition.ts'
import { readFilterJson } from './parse-filter-json.ts'
import {
  knownAttribute,
  NOT_KNOWN,
  openReading,
  type ParseScope,
  type Reading,
} from './parse-scope.ts'
import { readBoolean, readParameter } from './parse-value.ts'

/** Stands between attribute and operator: no attribute's name has two of them in a row. */
const SEPARATOR = '__'

/**
 * A filter from a stranger's query parameters: `attribute__operator=value`, joined as `filter_mode` says (`and`, the default, or
 * `or`); and-ed to them `query=two words` and `filter=<JSON>`. Give it all parameters that do not mean something else: it
 * refuses what it does not know. `oneof` alone may stand more than once.
 * @throws InvalidError with a pointer such as `?text__contains` to each fault
 */
export function parseFilterParameters(
  entries: Iterable<readonly [string, string]>,
  scope: Omit<ParseScope, 'pointer'>,
): Filter {
  const reader: Reader = { scope, reading: openReading({ ...scope, pointer: '?' }) }
  const conditions: Filter[] = []
  const others: Filter[] = []
  let isEither = false
  for (const [name, texts] of gather(entries)) {
    const parameter: Parameter = { name, texts, pointer: `?${name}` }
    switch (name) {
      case 'filter_mode':
        isEither = readMode(parameter, reader)
        break
      case 'query':
        others.push(parseQuery(onlyText(parameter, reader), '?query', reader.reading))
        break
      case 'filter':
        others.push(readFilterText(parameter, reader))
        break
      default:
        conditions.push(readCondition(parameter, reader))
    }
  }
  reader.reading.finish()
  return and(isEither && conditions.length > 0 ? or(...conditions) : and(...conditions), ...others)
}

interface Reader {
  readonly scope: Omit<ParseScope, 'pointer'>
  readonly reading: Reading
}

interface Parameter {
  readonly name: string
  /** What stands behind each `=`, in order. */
  readonly texts: readonly string[]
  readonly pointer: string
}

function gather(entries: Iterable<readonly [string, string]>): ReadonlyMap<string, string[]> {
  const gathered = new Map<string, string[]>()
  for (const [name, text] of entries) {
    const texts = gathered.get(name)
    if (texts === undefined) gathered.set(name, [text])
    else texts.push(text)
  }
  return gathered
}

function onlyText({ texts, pointer }: Parameter, { reading }: Reader): string {
  if (texts.length > 1) reading.fault(pointer, 'may stand only once')
  return texts[0] ?? ''
}

function readMode(parameter: Parameter, reader: Reader): boolean {
  const mode = onlyText(parameter, reader)
  if (mode !== 'and' && mode !== 'or') reader.reading.fault(parameter.pointer, 'must be and, or or')
  return mode === 'or'
}

function readFilterText(parameter: Parameter, reader: Reader): Filter {
  const { pointer } = parameter
  const json = parsedJson(onlyText(parameter, reader), pointer, reader)
  if (json === undefined) return NONE
  return readFilterJson(
    json,
    { resource: reader.scope.resource, pointer, depth: 1 },
    reader.reading,
  )
}

function parsedJson(text: string, pointer: string, { reading }: Reader): unknown {
  try {
    return parseJson(text, pointer)
  } catch (error) {
    if (!(error instanceof InvalidError)) throw error
    for (const fault of error.faults) reading.fault(fault.pointer, fault.detail)
    return undefined
  }
}

function readCondition(parameter: Parameter, reader: Reader): Filter {
  const { pointer } = parameter
  const { reading, scope } = reader
  const [name = '', operator, ...rest] = parameter.name.split(SEPARATOR)
  const attribute = knownAttribute(scope.resource, name, reading)
  if (attribute === undefined || operator === undefined || rest.length > 0) {
    reading.fault(pointer, NOT_KNOWN)
    return NONE
  }
  const toValue = (text: string): unknown => readParameter(attribute.column, text)
  const value =
    operator === 'oneof'
      ? parameter.texts.map(toValue)
      : operator === 'exists' || operator === 'not_exists'
        ? readBoolean(onlyText(parameter, reader))
        : toValue(onlyText(parameter, reader))
  return parseCondition({ name, attribute, operator, value, pointer }, reading)
}
