/** Reads request bodies: strict about bytes, content type and encoding; what is in them is checked by who takes it. */
import { isUtf8 } from 'node:buffer'
import type { FastifyInstance, FastifyRequest } from 'fastify'
import { InvalidError, type Fault } from '../errors.ts'
import { parseJson } from '../resource/json-guard.ts'
import { escapePointer } from '../resource/validator.ts'
import { HttpError } from './http-error.ts'
import { parseEntries } from './query.ts'

/** Most bytes of a body. */
export const BODY_LIMIT_BYTES = 262_144

/** Content types that operations take. */
export type ContentType = 'application/json' | 'application/x-www-form-urlencoded'

/** Makes an instance take bodies of one content type and no other (415). A body without a byte is none: undefined. */
export function takeBodies(app: FastifyInstance, contentType: ContentType): void {
  const parse = contentType === 'application/json' ? parseJson : parseForm
  app.removeAllContentTypeParsers()
  app.addContentTypeParser(contentType, { parseAs: 'buffer' }, (request, bytes: Buffer, done) => {
    try {
      const text = toText(request, bytes)
      done(null, text === '' ? undefined : parse(text))
    } catch (error) {
      done(error as Error) // whatever was thrown, the error handler takes
    }
  })
}

const CHARSET = /;[ \t]*charset="?([^";]*)"?/i

function toText(request: FastifyRequest, bytes: Buffer): string {
  const charset = CHARSET.exec(request.headers['content-type'] ?? '')?.[1] ?? 'utf-8'
  const encoding = request.headers['content-encoding'] ?? 'identity'
  // Nothing is decompressed: a few bytes could become many (RFC 9110 §15.5.16).
  if (charset.trim().toLowerCase() !== 'utf-8' || encoding.toLowerCase() !== 'identity') {
    throw new HttpError(415)
  }
  if (!isUtf8(bytes)) throw new InvalidError([{ pointer: '', detail: 'is not UTF-8' }])
  return bytes.toString('utf8')
}

function parseForm(text: string): ReadonlyMap<string, string> {
  const entries = parseEntries(text)
  const form = new Map(entries)
  if (form.size < entries.length) {
    throw new InvalidError([{ pointer: '', detail: 'holds a parameter twice' }])
  }
  return form
}

/** Which members a body has. */
export interface BodyShape {
  readonly required: readonly string[]
  readonly optional?: readonly string[]
}

/**
 * The members of a JSON body.
 * @throws InvalidError when it is no object, lacks a required member, or has one that is not known
 */
export function bodyMembers(
  body: unknown,
  { required, optional = [] }: BodyShape,
): Readonly<Record<string, unknown>> {
  if (!isObject(body)) {
    throw new InvalidError([
      { pointer: '', detail: `must be an object with ${required.join(', ')}` },
    ])
  }
  const unknown = Object.keys(body).filter(
    (name) => !required.includes(name) && !optional.includes(name),
  )
  const missing = required.filter((name) => !Object.hasOwn(body, name))
  const faults: readonly Fault[] = [
    ...unknown.map((name) => ({ pointer: `/${escapePointer(name)}`, detail: 'is not known here' })),
    ...missing.map((name) => ({ pointer: `/${name}`, detail: 'is required' })),
  ]
  if (faults.length > 0) throw new InvalidError(faults)
  return body
}

/** A member that must be an object. @throws InvalidError when it is none */
export function objectMember(value: unknown, pointer: string): Readonly<Record<string, unknown>> {
  if (isObject(value)) return value
  throw new InvalidError([{ pointer, detail: 'must be an object' }])
}

/** Whether a value of JSON is an object. */
export function isObject(value: unknown): value is Readonly<Record<string, unknown>> {
  return typeof value === 'object' && value !== null && !Array.isArray(value)
}
