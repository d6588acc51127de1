/** The operations of an OpenAPI document, as far as tests need to call them. */
import { Compile } from 'typebox/schema'
import type { OpenApiDocument } from '../../framework/http/openapi.ts'
import { pointed } from './conformity.ts'

type Json = Readonly<Record<string, unknown>>

/** One operation. */
export interface DocumentedOperation {
  /** The operationId. */
  readonly name: string
  /** In capitals. */
  readonly method: string
  /** With `{key}` in it. */
  readonly path: string
  /** Names of the parameters in the query. */
  readonly parameters: readonly string[]
  readonly body: DocumentedBody | undefined
}

/** What an operation takes. */
export interface DocumentedBody {
  readonly contentType: string
  readonly examples: readonly unknown[]
  /** Whether the document permits a value. */
  readonly isPermitted: (value: unknown) => boolean
}

/** Every operation of a document. */
export function documentedOperations(document: OpenApiDocument): readonly DocumentedOperation[] {
  return Object.entries(document['paths'] as Json).flatMap(([path, methods]) =>
    Object.entries(methods as Json).map(([method, operation]) => {
      const {
        operationId,
        parameters = [],
        requestBody,
      } = operation as {
        readonly operationId: string
        readonly parameters?: readonly Json[]
        readonly requestBody?: { readonly content: Json }
      }
      return {
        name: operationId,
        method: method.toUpperCase(),
        path,
        parameters: parameters
          .map((one) => (typeof one['$ref'] === 'string' ? pointed(document, one['$ref']) : one))
          .flatMap((one) => (one['in'] === 'query' ? [String(one['name'])] : [])),
        body: requestBody && toBody(document, requestBody.content),
      }
    }),
  )
}

function toBody(document: OpenApiDocument, content: Json): DocumentedBody | undefined {
  const [found] = Object.entries(content)
  if (found === undefined) return undefined
  const { schema, examples = {} } = found[1] as {
    readonly schema: object
    readonly examples?: Readonly<Record<string, { readonly value: unknown }>>
  }
  const compiled = Compile({ ...schema, components: document['components'] })
  return {
    contentType: found[0],
    examples: Object.values(examples).map(({ value }) => value),
    isPermitted: (value) => compiled.Check(value),
  }
}
