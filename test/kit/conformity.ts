/** Holds answers to the published document: status, content type, schema and headers. */
import type { LightMyRequestResponse } from 'fastify'
import { Compile } from 'typebox/schema'
import type { OpenApiDocument } from '../../framework/http/openapi.ts'

type Json = Readonly<Record<string, unknown>>

/** What is wrong with an answer, as the document has it; undefined: nothing, or the document does not tell of the path. */
export type FaultOfAnswer = (
  request: { readonly method: string; readonly url: string },
  response: LightMyRequestResponse,
) => string | undefined

/** Makes the check of one document. Schemas are compiled once. */
export function conformity(document: OpenApiDocument): FaultOfAnswer {
  const compiled = new Map<unknown, ReturnType<typeof Compile>>()
  const validatorOf = (schema: object): ReturnType<typeof Compile> => {
    const found = compiled.get(schema)
    if (found !== undefined) return found
    const made = Compile({ ...schema, components: document['components'] })
    compiled.set(schema, made)
    return made
  }
  const paths = Object.entries(member(document, 'paths')).map(
    ([path, methods]) =>
      [new RegExp(`^${path.replaceAll(/\{\w+\}/g, '[^/]+')}$`), methods as Json] as const,
  )
  return ({ method, url }, response) => {
    const [path = ''] = url.split('?')
    // A path without parameters is nearer than one with.
    const found = paths
      .filter(([pattern]) => pattern.test(path))
      .sort(([a], [b]) => weight(a) - weight(b))
    const operation = found[0]?.[1][method === 'HEAD' ? 'get' : method.toLowerCase()]
    if (operation === undefined) return undefined
    const documented = member(operation, 'responses')[String(response.statusCode)]
    if (documented === undefined) return `status ${response.statusCode} is not documented`
    const answer = resolve(document, documented)
    return (
      headerFault(answer, response) ??
      (method === 'HEAD' ? undefined : bodyFault(answer, response, validatorOf))
    )
  }
}

function weight(pattern: RegExp): number {
  return pattern.source.split('[^').length
}

function headerFault(answer: Json, { headers }: LightMyRequestResponse): string | undefined {
  const documented = Object.keys(answer['headers'] ?? {})
  const isOptional = (name: string): boolean => name === 'ETag' || name === 'Idempotent-Replayed'
  const missing = documented.find(
    (name) => !isOptional(name) && headers[name.toLowerCase()] === undefined,
  )
  return missing === undefined ? undefined : `header ${missing} is missing`
}

function bodyFault(
  answer: Json,
  { headers, body, statusCode }: LightMyRequestResponse,
  validatorOf: (schema: object) => ReturnType<typeof Compile>,
): string | undefined {
  const content = answer['content']
  if (content === undefined) return body === '' ? undefined : `status ${statusCode} has a body`
  const [type = ''] = String(headers['content-type']).split(';')
  const media = (content as Json)[type]
  if (media === undefined) return `content type ${type} is not documented`
  const validator = validatorOf(member(media, 'schema'))
  const value: unknown = JSON.parse(body)
  if (validator.Check(value)) return undefined
  return `${JSON.stringify(validator.Errors(value)[1])}: ${body}`
}

function resolve(document: OpenApiDocument, value: unknown): Json {
  const { $ref } = value as { readonly $ref?: string }
  if ($ref === undefined) return value as Json
  return pointed(document, $ref)
}

/** What a local reference points at. @throws when it points at nothing */
export function pointed(document: OpenApiDocument, ref: string): Json {
  let found: Json = document
  for (const step of ref.replace('#/', '').split('/')) found = member(found, step)
  return found
}

function member(value: unknown, name: string): Json {
  const found = (value as Json)[name]
  if (typeof found === 'object' && found !== null) return found as Json
  throw new TypeError(`There is no ${name} in ${JSON.stringify(value).slice(0, 200)}`)
}
