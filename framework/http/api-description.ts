/** What the document of the socket needs to know of the API, as plain values. */
import type { NamedSchemas } from '../resource/referred-schemas.ts'
import type { Api } from './api.ts'
import { IDEMPOTENCY_KEY } from './idempotency.ts'
import type { JsonSchema, Operation, Parameter } from './operation.ts'
import { objectSchema } from './resource-schemas.ts'
import { sampleItem, sampleKey } from './samples.ts'

/** An operation, as it is called with its input side by side instead of in path, query, headers and body. */
export interface DescribedCall {
  /** The operationId. */
  readonly name: string
  readonly summary: string
  readonly description: string
  /** Anonymous callers are always refused. */
  readonly needsLogin: boolean
  /** Repeated with the same idempotency key, it is done once. */
  readonly isKept: boolean
  readonly input: JsonSchema
  readonly example: unknown
  readonly answers: readonly DescribedAnswer[]
}

/** One answer of a call that is not an error. */
export interface DescribedAnswer {
  readonly status: number
  readonly hasETag: boolean
  /** Undefined: no payload. */
  readonly schema: JsonSchema | undefined
  readonly example: unknown
}

/** A resource whose rows can be searched, so that changes of them can be heard of. */
export interface DescribedResource {
  readonly name: string
  readonly description: string | undefined
  readonly example: { readonly key: string; readonly item: unknown }
}

/** An API, described. */
export interface ApiDescription {
  readonly schemas: NamedSchemas
  readonly resources: readonly DescribedResource[]
  readonly calls: readonly DescribedCall[]
}

/** Describes an API. Operations that take no JSON can't be called by other ways than HTTP, and are left out. */
export function describeApi({ operations, served, schemas }: Api): ApiDescription {
  return Object.freeze({
    schemas,
    resources: served
      .filter(({ outline }) => outline.operations.read && outline.operations.search)
      .map((one) => ({
        name: one.resource.name,
        description: one.resource.description,
        example: { key: sampleKey(one.resource), item: sampleItem(one) },
      })),
    calls: operations
      .filter(({ body }) => body === undefined || body.contentType === 'application/json')
      .map(describeCall),
  })
}

function describeCall(operation: Operation): DescribedCall {
  const { name, summary, description, security, parameters, answers } = operation
  return {
    name,
    summary,
    description,
    needsLogin: security === 'required',
    isKept: parameters.includes(IDEMPOTENCY_KEY),
    input: inputSchema(operation),
    example: inputExample(operation),
    answers: Object.entries(answers).map(([status, answer]) => ({
      status: Number(status),
      hasETag: answer.headers?.includes('ETag') === true,
      schema: answer.schema,
      example: answer.example,
    })),
  }
}

function inputSchema({ parameters, body }: Operation): JsonSchema {
  const beside = inputParameters(parameters)
  if (beside.length === 0 && body !== undefined) return body.schema
  const { properties, required } = membersOf(body?.schema)
  const own = beside.map((parameter) => [nameOf(parameter), schemaOf(parameter)] as const)
  const needed = beside.filter(({ isRequired }) => isRequired === true).map(nameOf)
  return objectSchema({ ...Object.fromEntries(own), ...properties }, [...needed, ...required])
}

/** The body of an operation with parameters is an object of its own making. */
function membersOf(schema: JsonSchema = {}): {
  readonly properties: Readonly<Record<string, JsonSchema>>
  readonly required: readonly string[]
} {
  const { properties = {}, required = [] } = schema as Partial<ReturnType<typeof membersOf>>
  return { properties, required }
}

/** The idempotency key stands beside the input. */
function inputParameters(parameters: readonly Parameter[]): readonly Parameter[] {
  return parameters.filter((parameter) => parameter !== IDEMPOTENCY_KEY)
}

/** Headers are written like other members: `if_match`. */
function nameOf(parameter: Parameter): string {
  return parameter.in === 'header'
    ? parameter.name.toLowerCase().replaceAll('-', '_')
    : parameter.name
}

/** What HTTP has to write as text is JSON here. */
function schemaOf({ schema, description }: Parameter): JsonSchema {
  const { contentSchema } = schema
  if (contentSchema !== undefined) return contentSchema as JsonSchema // as `filterParameters` made it
  return { ...schema, description }
}

function inputExample({ parameters, body }: Operation): unknown {
  const [first] = Object.values(body?.examples ?? {})
  const needed = inputParameters(parameters).filter(({ isRequired }) => isRequired === true)
  if (needed.length === 0) return first?.value ?? {}
  const own = needed.map((parameter) => [nameOf(parameter), parameter.example] as const)
  return { ...Object.fromEntries(own), ...(first?.value as object | undefined) } // see `membersOf`
}
