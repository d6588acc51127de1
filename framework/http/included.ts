/** Includes in answers: the page keys of included pages are sealed for their own operations. */
import { fullOrder } from '../filter/order.ts'
import type { Authorization } from '../security/authorization.ts'
import { resolveIncludes, type Included } from '../store/include.ts'
import type { Result } from '../store/store.ts'
import type { Services } from './served.ts'

/** The results with what their links lead to, as this caller sees it. */
export async function includeResults(
  { registry, peersOf, pageKeys }: Services,
  caller: Authorization,
  included: Included,
): Promise<readonly Result[]> {
  if (included.includes.length === 0) return included.results
  return resolveIncludes(included, {
    registry,
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
