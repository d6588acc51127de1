/** The OpenAPI 3.1 document, made from the operations that are served. */
import { PROBLEMS, PROBLEM_TYPE_BASE, type Problem } from '../problem.ts'
import type { ErrorCode } from '../errors.ts'
import { referredSchemas } from '../resource/referred-schemas.ts'
import { titleOf } from './http-error.ts'
import { TOKEN_PATH } from './oauth-form.ts'
import type {
  DocumentedAnswer,
  DocumentedHeader,
  JsonSchema,
  Operation,
  Parameter,
} from './operation.ts'
import { PROBLEM_TYPE } from './problem-handler.ts'
import { objectSchema, refTo } from './resource-schemas.ts'

/** What an API is called. */
export interface ApiInfo {
  readonly title: string
  readonly version: string
  /** Markdown. */
  readonly description: string
}

/** What the document tells of. */
export interface Documented {
  readonly info: ApiInfo
  readonly operations: readonly Operation[]
  /** By name, for references. */
  readonly schemas: Readonly<Record<string, JsonSchema>>
  /** Descriptions of tags by name, in order. */
  readonly tags: Readonly<Record<string, string>>
}

/** An OpenAPI document: plain JSON. */
export type OpenApiDocument = Readonly<Record<string, unknown>>

/** Leads from the page of the API to that of the socket. */
const LIVE_EVENTS =
  'Changes are told live over one websocket: [try it](/docs/events), or read [its document](/asyncapi.json).'

/** The document of an API. The same operations give the same document, in the same order. */
export function openApiDocument({ info, operations, schemas, tags }: Documented): OpenApiDocument {
  const paths = toPaths(operations)
  const parameters = sharedParameters(operations)
  return {
    openapi: '3.1.0',
    info: { ...info, description: `${info.description}\n\n${LIVE_EVENTS}` },
    servers: [{ url: '/' }],
    tags: Object.entries(tags).map(([name, description]) => ({ name, description })),
    paths,
    components: {
      schemas: { ...referredSchemas(schemas, [paths, parameters]), problem: PROBLEM_SCHEMA },
      parameters,
      responses: RESPONSES,
      headers: HEADERS,
      securitySchemes: securitySchemes(operations),
    },
  }
}

function toPaths(operations: readonly Operation[]): Readonly<Record<string, unknown>> {
  const paths = new Map<string, Record<string, unknown>>()
  for (const operation of operations) {
    const path = paths.get(operation.path) ?? {}
    paths.set(operation.path, { ...path, [operation.method.toLowerCase()]: toOperation(operation) })
  }
  return Object.fromEntries(paths)
}

function toOperation(operation: Operation): Readonly<Record<string, unknown>> {
  const { name, tag, summary, description, parameters, body } = operation
  return {
    operationId: name,
    tags: [tag],
    summary,
    description,
    security: toSecurity(operation),
    ...(parameters.length === 0 ? {} : { parameters: parameters.map(toParameterOrRef) }),
    ...(body === undefined
      ? {}
      : {
          requestBody: {
            required: body.isRequired,
            content: { [body.contentType]: { schema: body.schema, examples: body.examples } },
          },
        }),
    responses: { ...toAnswers(operation), ...toErrors(operation) },
  }
}

function toSecurity({ security, scopes = [] }: Operation): readonly JsonSchema[] {
  const schemes = [{ oauth2: scopes }, { bearer: [] }]
  switch (security) {
    case 'none':
      return []
    case 'optional':
      return [{}, ...schemes]
    case 'required':
      return schemes
  }
}

function toParameterOrRef(parameter: Parameter): JsonSchema {
  const { component } = parameter
  return component === undefined
    ? toParameter(parameter)
    : { $ref: `#/components/parameters/${component}` }
}

function toParameter(parameter: Parameter): JsonSchema {
  const { name, description, schema, isRequired = false, example } = parameter
  return {
    name,
    in: parameter.in,
    description,
    ...(isRequired ? { required: true } : {}),
    schema,
    ...(example === undefined ? {} : { example }),
  }
}

function sharedParameters(operations: readonly Operation[]): JsonSchema {
  const shared = operations
    .flatMap(({ parameters }) => parameters)
    .flatMap((parameter) =>
      parameter.component === undefined
        ? []
        : [[parameter.component, toParameter(parameter)] as const],
    )
  return Object.fromEntries(shared)
}

function toAnswers({ answers }: Operation): JsonSchema {
  return Object.fromEntries(
    Object.entries(answers).map(([status, answer]) => [status, toAnswer(answer)]),
  )
}

function toAnswer({
  description,
  schema,
  contentType = 'application/json',
  headers = [],
  example,
}: DocumentedAnswer): JsonSchema {
  return {
    description,
    ...(headers.length === 0
      ? {}
      : {
          headers: Object.fromEntries(
            headers.map((name) => [name, { $ref: `#/components/headers/${name}` }]),
          ),
        }),
    ...(schema === undefined
      ? {}
      : {
          content: {
            [contentType]: { schema, ...(example === undefined ? {} : { example }) },
          },
        }),
  }
}

/** Codes that any operation may answer. */
const COMMON_ERRORS: readonly ErrorCode[] = ['invalid', 'unavailable', 'internal']
/** Statuses of HTTP itself that an operation may answer where a body is read, or a key is in the path. */
const BODY_STATUSES = [413, 415]
const KEY_STATUSES = [414]

function toErrors({ errors, method, path, security }: Operation): JsonSchema {
  const codes = new Set<ErrorCode>([...COMMON_ERRORS, ...errors])
  // A token that is not good is refused wherever one is looked at.
  if (security !== 'none') codes.add('unauthenticated')
  const statuses = [
    ...(method === 'GET' ? [] : BODY_STATUSES),
    ...(path.includes('{key}') ? KEY_STATUSES : []),
  ]
  const refs = [
    ...[...codes].map((code) => [PROBLEMS[code].status, code] as const),
    ...statuses.map((status) => [status, `status_${status}`] as const),
  ]
  return Object.fromEntries(
    refs
      .sort(([one], [other]) => one - other)
      .map(([status, name]) => [status, { $ref: `#/components/responses/${name}` }]),
  )
}

/** A problem, for documents. */
export const PROBLEM_SCHEMA: JsonSchema = Object.freeze({
  description: 'A problem (RFC 9457).',
  type: 'object',
  properties: {
    type: { type: 'string', format: 'uri-reference', description: 'A page that explains it.' },
    title: { type: 'string' },
    status: { type: 'integer' },
    detail: { type: 'string' },
    instance: { type: 'string', format: 'uri-reference' },
    errors: {
      type: 'array',
      description: 'Every fault of the input.',
      items: objectSchema({
        pointer: {
          type: 'string',
          description: 'A JSON pointer into the body, or `?name` of a parameter.',
        },
        detail: { type: 'string' },
      }),
    },
  },
  required: ['type', 'title', 'status'],
})

function exampleOf(code: ErrorCode): Problem {
  const { status, title, explanation } = PROBLEMS[code]
  const fault = { pointer: '/item/text', detail: 'is required' }
  return {
    type: PROBLEM_TYPE_BASE + code,
    title,
    status,
    ...(code === 'internal' ? {} : { detail: explanation }),
    ...(code === 'invalid' ? { detail: '/item/text is required', errors: [fault] } : {}),
  }
}

const HEADERS_OF_ERROR: Readonly<Partial<Record<ErrorCode, string>>> = Object.freeze({
  unauthenticated: 'WWW-Authenticate',
  too_many_requests: 'Retry-After',
  unavailable: 'Retry-After',
})

function errorResponse(code: ErrorCode): JsonSchema {
  const header = HEADERS_OF_ERROR[code]
  return {
    description: PROBLEMS[code].explanation,
    ...(header === undefined
      ? {}
      : { headers: { [header]: { $ref: `#/components/headers/${header}` } } }),
    content: { [PROBLEM_TYPE]: { schema: refTo('problem'), example: exampleOf(code) } },
  }
}

function statusResponse(status: number): JsonSchema {
  const title = titleOf(status)
  const example = { type: 'about:blank', title, status }
  return { description: title, content: { [PROBLEM_TYPE]: { schema: refTo('problem'), example } } }
}

const RESPONSES: JsonSchema = Object.freeze(
  Object.fromEntries([
    ...(Object.keys(PROBLEMS) as ErrorCode[]).map((code) => [code, errorResponse(code)] as const),
    ...[...BODY_STATUSES, ...KEY_STATUSES].map(
      (status) => [`status_${status}`, statusResponse(status)] as const,
    ),
  ]),
)

const HEADERS: Readonly<Record<DocumentedHeader | 'WWW-Authenticate' | 'Retry-After', JsonSchema>> =
  Object.freeze({
    ETag: {
      description: 'Names this version of the item, as you see it.',
      schema: { type: 'string' },
    },
    Location: { description: 'Where the item is.', schema: { type: 'string' } },
    'Idempotent-Replayed': {
      description: '`true` when this is the first answer again.',
      schema: { const: 'true' },
    },
    'WWW-Authenticate': { description: 'How to log in.', schema: { type: 'string' } },
    'Retry-After': { description: 'Seconds to wait.', schema: { type: 'integer' } },
  })

function securitySchemes(operations: readonly Operation[]): JsonSchema {
  const scopes = new Set(operations.flatMap((operation) => operation.scopes ?? []))
  return {
    oauth2: {
      type: 'oauth2',
      description: 'Log in by username and password.',
      flows: {
        password: {
          tokenUrl: TOKEN_PATH,
          refreshUrl: TOKEN_PATH,
          scopes: Object.fromEntries(
            [...scopes].sort().map((scope) => [scope, `Granted: ${scope}`]),
          ),
        },
      },
    },
    bearer: { type: 'http', scheme: 'bearer', description: 'An access token that you have.' },
  }
}
