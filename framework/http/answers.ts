/** The answers that operations share. */
import { fullOrder } from '../filter/order.ts'
import { operationPath } from '../resource/operation-name.ts'
import type { Resource } from '../resource/resource.ts'
import type { Authorization } from '../security/authorization.ts'
import { resolveIncludes, type Included } from '../store/include.ts'
import type { OperationOptions, Result } from '../store/store.ts'
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

/** The results with what their links lead to, as this caller sees it. Included pages go on by their links' own operations. */
export async function includeResults(
  { registry, peersOf, pageKeys }: Services,
  caller: Authorization,
  included: Included & OperationOptions,
): Promise<readonly Result[]> {
  if (included.includes.length === 0) return included.results
  const { transaction } = included
  return resolveIncludes(included, {
    registry,
    ...(transaction && { transaction }),
    peers: peersOf(caller),
    toPageKey: ({ resource, filter, after }) =>
      pageKeys.seal(after, {
        resource,
        filter,
        order: fullOrder(resource),
        subject: caller.subject,
      }),
  })
}

/** Makes the paths of a resource's rows. */
export function pathMaker(resource: Resource): (key: string) => string {
  const [before = '', after = ''] = operationPath(resource, 'read').split('{key}')
  return (key) => before + encodeURIComponent(key) + after
}
