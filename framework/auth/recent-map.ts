/** A map that keeps at most so many entries: those used most recently. */

/** See {@link createRecentMap}. */
export interface RecentMap<K, V> {
  get(key: K): V | undefined
  set(key: K, value: V): void
  delete(key: K): void
  /** Never more than the limit. */
  readonly size: number
}

/**
 * Creates an empty map in two generations. Reading or writing an entry puts it into the young one;
 * when that holds half the limit, it becomes the old one and what was old and unused is dropped. A
 * hit costs one look-up, unlike the reordering that an exact order of use would need.
 */
export function createRecentMap<K, V extends object>(limit: number): RecentMap<K, V> {
  const generationSize = Math.max(1, Math.floor(limit / 2))
  let young = new Map<K, V>()
  let old = new Map<K, V>()

  function set(key: K, value: V): void {
    old.delete(key)
    young.set(key, value)
    if (young.size < generationSize) return
    old = young
    young = new Map()
  }

  return Object.freeze({
    get(key: K) {
      const value = young.get(key)
      if (value !== undefined) return value
      const older = old.get(key)
      if (older !== undefined) set(key, older)
      return older
    },
    set,
    delete(key: K) {
      young.delete(key)
      old.delete(key)
    },
    get size() {
      return young.size + old.size
    },
  })
}
