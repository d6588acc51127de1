/** An operation of the API as a value. Routes and the OpenAPI document are made from the same list of them. */
import type { IncomingHttpHeaders } from 'node:http'
import type { ErrorCode } from '../errors.ts'
import type { Authorization } from '../security/authorization.ts'
import type { RequestClient } from '../security/request-client.ts'
import type { ContentType } from './body.ts'
import type { Query } from './query.ts'

/** A JSON Schema (2020-12) as documents write it. */
export type JsonSchema = Readonly<Record<string, unknown>>

/** What an operation is run with. Nothing in it has been checked but the token. */
export interface OperationRequest {
  readonly authorization: Authorization
  readonly client: RequestClient
  /** The `{key}` of the path, decoded; empty where the path has none. */
  readonly key: string
  readonly query: Query
  readonly headers: IncomingHttpHeaders
  /** How the client has reached the server; absent where an answer can't set cookies, as over a socket. */
  readonly reachedAt?: { readonly isSecure: boolean; readonly host: string }
  /** Parsed; undefined when the request has none. */
  readonly body: unknown
}

/** What an operation answers. It can be written as JSON and read again without loss. */
export interface Answer {
  readonly status: number
  /** Names in lower case. Default content type: JSON. */
  readonly headers?: Readonly<Record<string, string>>
  /** Each as a `Set-Cookie` header has it. */
  readonly cookies?: readonly string[]
  readonly body?: unknown
}

/** One parameter of an operation, for documents; `{key}` of a path is one too. */
export interface Parameter {
  readonly name: string
  readonly in: 'path' | 'query' | 'header'
  readonly description: string
  readonly schema: JsonSchema
  readonly isRequired?: boolean
  readonly example?: unknown
  /** The name under which documents keep it once for all operations that take it. */
  readonly component?: string
}

/** An example in a document. */
export interface Example {
  readonly summary: string
  readonly value: unknown
}

/** The body that an operation takes. */
export interface TakenBody {
  readonly contentType: ContentType
  readonly schema: JsonSchema
  readonly examples: Readonly<Record<string, Example>>
  readonly isRequired: boolean
}

/** One answer of an operation that is not an error, for documents. */
export interface DocumentedAnswer {
  readonly description: string
  readonly schema?: JsonSchema
  /** Default `application/json`; what is answered says it in its headers too. */
  readonly contentType?: string
  /** Names of headers, in documents' case: `ETag`. */
  readonly headers?: readonly DocumentedHeader[]
  readonly example?: unknown
  /** Compressed it would be no smaller. */
  readonly isSmall?: true
}

/** Headers that answers are documented with. */
export type DocumentedHeader = 'ETag' | 'Location' | 'Idempotent-Replayed'

/** Who may call: `none` looks at no token, `optional` also serves anonymous callers, `required` never does. */
export type Security = 'none' | 'optional' | 'required'

/** One operation. */
export interface Operation {
  /** The operationId. */
  readonly name: string
  readonly method: 'GET' | 'POST' | 'PATCH' | 'DELETE'
  /** As in documents: `/actions/message/{key}`. */
  readonly path: string
  /** Groups operations in documents. */
  readonly tag: string
  readonly summary: string
  readonly description: string
  readonly security: Security
  /** Scopes that the caller must all have. */
  readonly scopes?: readonly string[]
  readonly parameters: readonly Parameter[]
  readonly body?: TakenBody
  /** By status. */
  readonly answers: Readonly<Record<number, DocumentedAnswer>>
  /** The codes of its problems, besides `invalid`, `unavailable` and `internal`, which every operation may answer. */
  readonly errors: readonly ErrorCode[]
  /** @throws ResourceError */
  handle(request: OperationRequest): Promise<Answer>
}
