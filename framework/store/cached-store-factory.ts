/** The store factory that remembers, for a moment, the rows that a caller has read by key. */
import { DeclarationError } from '../errors.ts'
import type { Resource } from '../resource/resource.ts'
import type { StoreFactory } from './store-factory.ts'
import type { Result, SingleOperations } from './store.ts'

/** Options of `cachedStoreFactory`. */
export interface CacheOptions {
  /** How long a row is remembered, 5 at most: so long may a caller see it as it was, and by rights that it had. Default 1. */
  readonly ttlSeconds?: number
  /** Most rows that are remembered for one caller; the oldest goes first. Default 1000. */
  readonly maxItems?: number
  /** Milliseconds; default: the process's clock. */
  readonly now?: () => number
}

/** PROMISES P9: rights are never older than this. */
const MAX_TTL_SECONDS = 5

/**
 * Serves what `base` serves, remembering what `read` answered each caller. A write through the caller's own store forgets the row;
 * writes of others show after `ttlSeconds`. Reads within a transaction, searches and batches are not remembered.
 * @throws DeclarationError for a time that is too long
 */
export function cachedStoreFactory<R extends Resource>(
  base: StoreFactory<R>,
  { ttlSeconds = 1, maxItems = 1000, now = () => performance.now() }: CacheOptions = {},
): StoreFactory<R> {
  if (!(ttlSeconds > 0 && ttlSeconds <= MAX_TTL_SECONDS)) {
    throw new DeclarationError(
      `${base.resource.name}: a row can be remembered up to ${String(MAX_TTL_SECONDS)} seconds.`,
    )
  }
  return Object.freeze<StoreFactory<R>>({
    resource: base.resource,
    outline: base.outline,
    open(plain) {
      const storeOf = base.open(plain)
      return (caller, peers) => {
        const store = storeOf(caller, peers)
        const kept = new Map<string, Kept<R>>()
        const single: SingleOperations<R> = {
          ...store,
          async read(key, options) {
            if (options?.transaction !== undefined) return store.read(key, options)
            const found = kept.get(key)
            if (found !== undefined && found.until > now()) return found.result
            const made: Kept<R> = { result: store.read(key), until: now() + ttlSeconds * 1000 }
            kept.delete(key)
            kept.set(key, made)
            const [oldest] = kept.keys()
            if (kept.size > maxItems && oldest !== undefined) kept.delete(oldest)
            made.result.catch(() => kept.delete(key))
            return made.result
          },
          update: forgetting(kept, (key, item, options) => store.update(key, item, options)),
          delete: forgetting(kept, (key, options) => store.delete(key, options)),
        }
        return plain.withBatches(single)
      }
    },
  })
}

interface Kept<R extends Resource> {
  readonly result: Promise<Result<R> | undefined>
  readonly until: number
}

/** Forgets before the write, so that nothing older is read after it, and after it, for what was read meanwhile. */
function forgetting<R extends Resource, A extends readonly unknown[], T>(
  kept: Map<string, Kept<R>>,
  write: (key: string, ...rest: A) => Promise<T>,
): (key: string, ...rest: A) => Promise<T> {
  return async (key, ...rest) => {
    kept.delete(key)
    try {
      return await write(key, ...rest)
    } finally {
      kept.delete(key)
    }
  }
}
