/** Answers calls that come by another way than HTTP: their flat input becomes the request that the operation takes. */
import type { CallAnswer, CallOperation, CallRequest } from '../action/call.ts'
import { InvalidError, NotFoundError } from '../errors.ts'
import { ANONYMOUS } from '../security/authorization.ts'
import { IDEMPOTENCY_KEY } from './idempotency.ts'
import type { Answer, Operation, OperationRequest } from './operation.ts'
import { queryOf, type QueryEntry } from './query.ts'

/**
 * Makes the function that answers calls of these operations. Those that take no JSON are not among them. Pointers of faults are as
 * over HTTP: into the body, or `?name`.
 */
export function callsOf(operations: readonly Operation[]): CallOperation {
  const byName = new Map(
    operations
      .filter(({ body }) => body === undefined || body.contentType === 'application/json')
      .map((operation) => [operation.name, operation]),
  )
  return async (call) => {
    const operation = byName.get(call.action)
    if (operation === undefined) throw new NotFoundError('There is no such action.')
    return toCallAnswer(await operation.handle(toRequest(operation, call)))
  }
}

function toCallAnswer({ status, headers, body }: Answer): CallAnswer {
  const etag = headers?.['etag']
  return {
    status,
    ...(etag === undefined ? {} : { etag }),
    ...(body === undefined ? {} : { payload: body }),
  }
}

function toRequest(
  operation: Operation,
  { input, key, caller, client }: CallRequest,
): OperationRequest {
  const members = new Map(Object.entries(input))
  const request = {
    // As over HTTP: where nobody looks at a token, nobody is logged in.
    authorization: operation.security === 'none' ? ANONYMOUS : caller,
    client,
    key: takeKey(operation, members),
    headers: takeHeaders(operation, members, key),
  }
  if (operation.body !== undefined) {
    return { ...request, query: queryOf([]), body: Object.fromEntries(members) }
  }
  const entries = [...members].flatMap(([name, value]) => toEntries(operation, name, value))
  return { ...request, query: queryOf(entries), body: undefined }
}

type Members = Map<string, unknown>

function takeKey({ path }: Operation, members: Members): string {
  if (!path.includes('{key}')) return ''
  const key = takeText(members, 'key')
  if (key === undefined) throw fault('/key', 'is required')
  return key
}

function takeHeaders(
  { parameters }: Operation,
  members: Members,
  idempotencyKey: string | undefined,
): OperationRequest['headers'] {
  const headers: Record<string, string> = {}
  for (const parameter of parameters) {
    if (parameter.in !== 'header') continue
    const name = parameter.name.toLowerCase()
    const value =
      parameter === IDEMPOTENCY_KEY ? idempotencyKey : takeText(members, name.replaceAll('-', '_'))
    if (value !== undefined) headers[name] = value
  }
  return headers
}

function takeText(members: Members, name: string): string | undefined {
  const value = members.get(name)
  members.delete(name)
  if (value === undefined || typeof value === 'string') return value
  throw fault(`/${name}`, 'must be a string')
}

/** Parameters that may repeat (DESIGN: `x__oneof` and `keys`), so that a list of values is meant. */
const REPEATS = /(?:^keys|__oneof)$/

function toEntries(operation: Operation, name: string, value: unknown): readonly QueryEntry[] {
  if (name === 'filter') return [[name, JSON.stringify(value)]]
  const isList = Array.isArray(value) && REPEATS.test(name)
  const texts = (isList ? value : [value]).map(toText)
  // An empty list stands nowhere in a query, so that it would select everything.
  if (texts.length > 0 && texts.every((text) => text !== undefined)) {
    return texts.map((text) => [name, text])
  }
  const isKnown = operation.parameters.some((parameter) => parameter.name === name)
  throw fault(`?${name}`, isKnown ? detailFor(name) : 'is not known here')
}

function detailFor(name: string): string {
  const one = 'a string, a number, true or false'
  return `must be ${one}${REPEATS.test(name) ? ', or a list of one or more of them' : ''}`
}

function toText(value: unknown): string | undefined {
  if (typeof value === 'string') return value
  return typeof value === 'number' || typeof value === 'boolean' ? String(value) : undefined
}

function fault(pointer: string, detail: string): InvalidError {
  return new InvalidError([{ pointer, detail }])
}
