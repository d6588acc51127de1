/** The store factory that tells of every operation: who did what to which rows, how long it took, what came of it. */
import type { ErrorCode } from '../errors.ts'
import { errorCodeOf } from '../problem.ts'
import type { Resource } from '../resource/resource.ts'
import type { StoreFactory } from './store-factory.ts'
import type { SingleOperations } from './store.ts'

/** One operation that was done. It holds no values of rows. */
export interface OperationLogEntry {
  readonly resource: string
  readonly operation: 'create' | 'read' | 'update' | 'delete' | 'search' | 'count' | 'read_batch'
  /** Undefined for an anonymous caller. */
  readonly subject: string | undefined
  /** The key that was asked for, where there is one. */
  readonly key: string | undefined
  readonly durationMs: number
  /** Undefined when it succeeded. */
  readonly code: ErrorCode | undefined
}

/** Serves what `base` serves, and tells `log` of each operation. `log` must not throw. */
export function loggedStoreFactory<R extends Resource>(
  base: StoreFactory<R>,
  log: (entry: OperationLogEntry) => void,
): StoreFactory<R> {
  return Object.freeze<StoreFactory<R>>({
    resource: base.resource,
    outline: base.outline,
    open(plain) {
      const storeOf = base.open(plain)
      return (caller, peers) => {
        const store = storeOf(caller, peers)
        const told = teller(base.resource.name, caller.subject, log)
        const single: SingleOperations<R> = {
          ...store,
          create: (item, options) => told('create', undefined, store.create(item, options)),
          read: (key, options) => told('read', key, store.read(key, options)),
          readOrThrow: (key, options) => told('read', key, store.readOrThrow(key, options)),
          update: (key, item, options) => told('update', key, store.update(key, item, options)),
          delete: (key, options) => told('delete', key, store.delete(key, options)),
          search: (search, options) => told('search', undefined, store.search(search, options)),
          count: (filter, options) => told('count', undefined, store.count(filter, options)),
          readBatch: (keys, options) =>
            told('read_batch', undefined, store.readBatch(keys, options)),
        }
        return plain.withBatches(single)
      }
    },
  })
}

type Told = <T>(
  operation: OperationLogEntry['operation'],
  key: string | undefined,
  work: Promise<T>,
) => Promise<T>

function teller(
  resource: string,
  subject: string | undefined,
  log: (entry: OperationLogEntry) => void,
): Told {
  return async (operation, key, work) => {
    const start = performance.now()
    const tell = (code: ErrorCode | undefined): void => {
      const durationMs = performance.now() - start
      log(Object.freeze({ resource, operation, subject, key, durationMs, code }))
    }
    try {
      const result = await work
      tell(undefined)
      return result
    } catch (error) {
      tell(errorCodeOf(error))
      throw error
    }
  }
}
