/** What callers may do in the channels of rows, by the rules of their store factories. */
import { and, type Filter } from '../filter/filter.ts'
import { linksUsed } from '../filter/links-used.ts'
import type { ChannelRights } from '../security/access.ts'
import type { Authorization } from '../security/authorization.ts'
import type { Peers, PlainStore, Store } from './store.ts'

/** What {@link rowChannels} needs. */
export interface RowChannelsOptions {
  readonly plain: (name: string) => PlainStore
  readonly peersOf: (caller: Authorization) => Peers
}

/** Tells it from stores: nothing is permitted in rows of a resource that is not reachable. */
export function rowChannels({ plain, peersOf }: RowChannelsOptions): ChannelRights {
  /** By the filter, which is folded once for each caller. */
  const narrowed = new WeakMap<Filter, Store>()

  function narrow(store: Store, filter: Filter, peers: Peers): Store {
    if (filter.kind === 'all') return store
    const found = narrowed.get(filter)
    if (found !== undefined) return found
    const access = { ...store.access, read: and(store.access.read, filter) }
    const made = plain(store.resource.name).restricted(access, peers)
    narrowed.set(filter, made)
    return made
  }

  return Object.freeze<ChannelRights>({
    async rightsIn(caller, resource, keys) {
      const peers = peersOf(caller)
      const store = peers.store(resource)
      if (store === undefined) return keys.map(() => 'none')
      const areFound = (filter: Filter) =>
        Array.fromAsync(
          narrow(store, filter, peers).readAll(keys),
          (result) => result !== undefined,
        )
      const { see, appear } = store.access.presence
      const areSeen = await areFound(see)
      const appearing = appear === see || appear.kind === 'all' ? areSeen : await areFound(appear)
      return keys.map((_, at) => {
        if (appearing[at] === true) return 'appear'
        return areSeen[at] === true ? 'see' : 'none'
      })
    },
    linksUsed(caller, name) {
      const store = peersOf(caller).store(name)
      if (store === undefined) return []
      const { read, presence } = store.access
      return [read, presence.see, presence.appear].flatMap((filter) =>
        linksUsed(store.resource, filter),
      )
    },
  })
}
