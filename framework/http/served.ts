/** What operations are made from: resources as they are served, and the services that every operation uses. */
import type { JobSender, JobTransactionOptions } from '../action/job.ts'
import type { Limiter } from '../action/limiter.ts'
import { NotFoundError } from '../errors.ts'
import type { PageKeys } from '../filter/page-key.ts'
import type { Link } from '../resource/link.ts'
import type { Registry } from '../resource/registry.ts'
import type { Resource } from '../resource/resource.ts'
import { isPossible, type Access, type Outline } from '../security/access.ts'
import { ANONYMOUS, type Authorization } from '../security/authorization.ts'
import type { Peers, Store, Transactions } from '../store/store.ts'
import type { ETags } from './etag.ts'
import type { AnswerOnce } from './idempotency.ts'
import type { Security } from './operation.ts'
import type { SessionCookies } from './session-cookies.ts'

/** A resource that has a store factory. */
export interface ServedResource {
  readonly resource: Resource
  readonly outline: Outline
  /** What anonymous callers may do. */
  readonly anonymous: Access
}

/** What the operations of an app share. */
export interface Services {
  readonly registry: Registry
  /** Resources that are served, by name. */
  readonly served: ReadonlyMap<string, ServedResource>
  readonly peersOf: (caller: Authorization) => Peers
  readonly pageKeys: PageKeys
  readonly etags: ETags
  readonly answerOnce: AnswerOnce
  readonly limiter: Limiter
  readonly jobs: JobSender<JobTransactionOptions>
  /** Absent: tokens are told in bodies alone. */
  readonly sessionCookies?: SessionCookies
  readonly transactions: Transactions
}

/** A store factory, as far as serving it goes. */
export interface ServedFactory {
  readonly resource: Resource
  readonly outline: Outline
}

/** The resources that are served, by name, in the order of the registry. */
export function servedResources(
  registry: Registry,
  factories: readonly ServedFactory[],
  peersOf: (caller: Authorization) => Peers,
): ReadonlyMap<string, ServedResource> {
  const peers = peersOf(ANONYMOUS)
  const served = registry.list.flatMap((resource) => {
    const outline = factories.find((factory) => factory.resource === resource)?.outline
    const anonymous = peers.store(resource.name)?.access
    if (outline === undefined || anonymous === undefined) return []
    return [[resource.name, Object.freeze({ resource, outline, anonymous })] as const]
  })
  return new Map(served)
}

/** The caller's store of a served resource. */
export function storeOf({ peersOf }: Services, caller: Authorization, resource: Resource): Store {
  const store = peersOf(caller).store(resource.name)
  if (store === undefined) throw new NotFoundError()
  return store
}

/** Whether anonymous callers may do any of it. */
export function securityOf(
  { anonymous }: ServedResource,
  operation: 'create' | 'read' | 'update' | 'delete',
): Security {
  return isPossible(anonymous[operation]) ? 'optional' : 'required'
}

/** Whether a link leads to rows that are served. */
export function isLinkServed({ served }: Pick<Services, 'served'>, link: Link): boolean {
  const isReadable = served.get(link.target)?.outline.operations.read === true
  if (link.kind === 'belongsTo') return isReadable
  if (link.kind !== 'manyToMany') {
    return isReadable && served.get(link.target)?.outline.operations.search === true
  }
  return isReadable && served.get(link.through)?.outline.operations.search === true
}

/** Whether the caller may name an attribute or link, in filters, orders and includes. */
export function isKnownTo(
  services: Services,
  caller: Authorization,
): (resource: Resource, name: string) => boolean {
  const peers = services.peersOf(caller)
  return (resource, name) => {
    if (Object.hasOwn(resource.links, name)) {
      const link = resource.links[name]
      return link !== undefined && isLinkServed(services, link)
    }
    if (!Object.hasOwn(resource.attributes, name)) return false
    const attribute = peers.store(resource.name)?.access.attributes[name]
    return attribute !== undefined && isPossible(attribute.readable)
  }
}
