/** The store factory with code of the app's own around writes. */
import type { Resource } from '../resource/resource.ts'
import type { Authorization } from '../security/authorization.ts'
import type { StoreFactory } from './store-factory.ts'
import type { Peers, Store } from './store.ts'

/** Writes that the app's own code does instead; each usually ends in the same write of the store below. */
export type WriteOverrides<R extends Resource = Resource> = Partial<
  Pick<Store<R>, 'create' | 'update' | 'delete'>
>

/** Whose store is wrapped. */
export interface WrapContext {
  readonly caller: Authorization
  readonly peers: Peers
}

/**
 * Puts code between callers and the writes of `base`. Batches and streams are built anew on the overridden writes, so that
 * there is no way round them. What may be read stays with the rules of `base`: code can refuse and change writes, not widen reads.
 */
export function wrappedStoreFactory<R extends Resource>(
  base: StoreFactory<R>,
  wrap: (store: Store<R>, context: WrapContext) => WriteOverrides<R>,
): StoreFactory<R> {
  return Object.freeze<StoreFactory<R>>({
    resource: base.resource,
    outline: base.outline,
    open(plain) {
      const storeOf = base.open(plain)
      return (caller, peers) => {
        const store = storeOf(caller, peers)
        return plain.withBatches({ ...store, ...wrap(store, { caller, peers }) })
      }
    },
  })
}
