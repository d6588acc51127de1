/** The answers that operations share. */
import { operationPath } from '../resource/operation-name.ts'
import type { Resource } from '../resource/resource.ts'
import type { Result } from '../store/store.ts'
import type { Answer, OperationRequest } from './operation.ts'
import type { Services } from './served.ts'

/** What one caller sees is kept by that caller's own cache alone, and asked for again each time (RFC 9111 §5.2.2). */
export const PRIVATE: Readonly<Record<string, string>> = Object.freeze({
  'cache-control': 'private, no-cache',
  vary: 'Authorization',
})

/** Answers what was read, with its ETag. */
export function resultAnswer(
  { etags }: Services,
  { authorization }: OperationRequest,
  { resource, result }: { readonly resource: Resource; readonly result: Result },
): Answer {
  return {
    status: 200,
    headers: { ...PRIVATE, etag: etags.tagOf(resource, result, authorization) },
    body: result,
  }
}

/** Answers what is not one row, or more than its own attributes: it has no ETag. */
export function privateAnswer(body: unknown): Answer {
  return { status: 200, headers: PRIVATE, body }
}

/** The path of a row. */
export function pathOfKey(resource: Resource, key: string): string {
  return operationPath(resource, 'read').replace('{key}', encodeURIComponent(key))
}
