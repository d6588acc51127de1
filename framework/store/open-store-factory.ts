/** The store factory without rules: everybody may do what the declaration permits. */
import type { Resource } from '../resource/resource.ts'
import { openAccess, openOutline } from '../security/access.ts'
import type { StoreFactory } from './store-factory.ts'

/** Serves a resource to everybody, anonymous callers included. For public data and for trying things out. */
export function openStoreFactory<R extends Resource>(resource: R): StoreFactory<R> {
  return Object.freeze<StoreFactory<R>>({
    resource,
    outline: openOutline(resource),
    open: (plain) => (caller, peers) => plain.restricted(openAccess(resource, caller), peers),
  })
}
