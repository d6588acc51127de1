/** The stores of each caller, made from the registered store factories and kept as long as the caller's authorization. */
import { DeclarationError } from '../errors.ts'
import type { Registry } from '../resource/registry.ts'
import type { Authorization } from '../security/authorization.ts'
import type { StoreFactory, StoreOf } from './store-factory.ts'
import type { Peers, PlainStore, Store } from './store.ts'

/** What `callerStores` needs. */
export interface CallerStoresOptions {
  readonly registry: Registry
  readonly factories: readonly StoreFactory[]
  readonly plain: (name: string) => PlainStore
}

/**
 * Opens every store factory, and gives each caller its stores.
 * @throws DeclarationError when two factories are for one resource, or one is for a resource that was not gathered
 */
export function callerStores({
  registry,
  factories,
  plain,
}: CallerStoresOptions): (caller: Authorization) => Peers {
  const opened = new Map<string, StoreOf>()
  for (const factory of factories) {
    const { name } = factory.resource
    if (registry.resource(name) !== factory.resource) {
      throw new DeclarationError(
        `The store factory of ${name} is for another resource of that name.`,
      )
    }
    if (opened.has(name)) {
      throw new DeclarationError(`${name} has two store factories. Register one.`)
    }
    opened.set(name, factory.open(plain(name)))
  }
  const kept = new WeakMap<Authorization, Peers>()
  return (caller) => {
    const found = kept.get(caller)
    if (found !== undefined) return found
    const made = peersOf(opened, caller)
    kept.set(caller, made)
    return made
  }
}

function peersOf(opened: ReadonlyMap<string, StoreOf>, caller: Authorization): Peers {
  const stores = new Map<string, Store>()
  const peers: Peers = Object.freeze({
    store(name: string): Store | undefined {
      const found = stores.get(name)
      if (found !== undefined) return found
      const made = opened.get(name)?.(caller, peers)
      if (made !== undefined) stores.set(name, made)
      return made
    },
  })
  return peers
}
