/** What operations are made from, over the resources of a chat. */
import type { Test } from 'tap'
import { NO_JOBS } from '../../framework/action/job-sender.ts'
import { NO_LIMITS } from '../../framework/action/limiter.ts'
import { createPageKeys } from '../../framework/filter/page-key.ts'
import { createETags } from '../../framework/http/etag.ts'
import type { OperationRequest } from '../../framework/http/operation.ts'
import { parseQuery } from '../../framework/http/query.ts'
import { servedResources, type ServedResource, type Services } from '../../framework/http/served.ts'
import type { Resource } from '../../framework/resource/resource.ts'
import { openAccess, openOutline } from '../../framework/security/access.ts'
import { ANONYMOUS, type Authorization } from '../../framework/security/authorization.ts'
import { callerStores } from '../../framework/store/caller-stores.ts'
import type { StoreFactory } from '../../framework/store/store-factory.ts'
import { TEST_CLIENT } from './request-client.ts'
import { chat, chatFactories } from './chat-resources.ts'
import { openTestStores } from './stores.ts'

/** Services over an empty database. */
export async function openServices(
  t: Test,
  factories: readonly StoreFactory[] = chatFactories,
): Promise<Services> {
  const stores = await openTestStores(t, chat)
  const plain = (name: string) => stores.store(name as 'room')
  const peersOf = callerStores({ registry: chat, factories, plain })
  return {
    registry: chat,
    served: servedResources(chat, factories, peersOf),
    peersOf,
    pageKeys: createPageKeys([Buffer.alloc(32, 7)]),
    etags: createETags(Buffer.alloc(32, 9)),
    answerOnce: (_operation, _request, work) => work({}),
    transactions: stores.transactions,
    limiter: NO_LIMITS,
    jobs: NO_JOBS,
  }
}

/** A resource that everybody may do everything with. */
export function openServed(resource: Resource): ServedResource {
  return { resource, outline: openOutline(resource), anonymous: openAccess(resource, ANONYMOUS) }
}

/** A request with that query. */
export function requestWith(
  query: string,
  authorization: Authorization = ANONYMOUS,
): OperationRequest {
  const request = { key: '', query: parseQuery(query), headers: {}, body: undefined }
  return { authorization, client: TEST_CLIENT, ...request }
}
