/** The streaming operations of a store, made of those that take a batch, a page or a row. */
import { ForbiddenError, NotFoundError, StaleError } from '../errors.ts'
import type { Filter } from '../filter/filter.ts'
import type { Position } from '../filter/order.ts'
import type { Resource } from '../resource/resource.ts'
import { isPossible } from '../security/access.ts'
import { denied } from './denied.ts'
import type { JudgedSearch, ManyOptions, Result, Store } from './store.ts'

/** The operations that streams are made of. */
export type StreamSource<R extends Resource = Resource> = Pick<
  Store<R>,
  'resource' | 'access' | 'readBatch' | 'search' | 'editBatch' | 'update' | 'delete'
>

/** The streaming operations. */
export type StreamOperations<R extends Resource = Resource> = Pick<
  Store<R>,
  'readAll' | 'searchAll' | 'editAll' | 'updateAll' | 'deleteAll'
>

/**
 * Makes the streaming operations of a store out of its other ones; also for stores that wrap one and change these.
 *
 * Rows to change are visited in the order of their keys, which never change, so that none is visited twice whatever happens
 * meanwhile. Each is changed by itself, if it is still selected then.
 */
export function streamOperations<R extends Resource>(store: StreamSource<R>): StreamOperations<R> {
  const { resource, access } = store
  return {
    async *readAll(keys) {
      for await (const batch of batchesOf(keys, resource.batchSize)) {
        yield* await store.readBatch(batch)
      }
    },
    searchAll: (search) => rowsOf(store, search),
    async *editAll(edits) {
      for await (const batch of batchesOf(edits, resource.batchSize)) {
        yield* await store.editBatch(batch)
      }
    },
    async updateAll(filter, item, options) {
      if (!isPossible(access.update)) throw denied(access)
      return changeEach(chosenBy(store, filter, options), async ({ key, updatable }) => {
        if (!updatable) return false
        await store.update(key, item, { precondition: filter })
        return true
      })
    },
    async deleteAll(filter, options) {
      if (!isPossible(access.delete)) throw denied(access)
      return changeEach(chosenBy(store, filter, options), async ({ key, deletable }) => {
        if (!deletable) return false
        await store.delete(key, { precondition: filter })
        return true
      })
    },
  }
}

async function* batchesOf<T>(
  values: Iterable<T> | AsyncIterable<T>,
  size: number,
): AsyncIterable<readonly T[]> {
  let batch: T[] = []
  for await (const value of values) {
    batch.push(value)
    if (batch.length < size) continue
    yield batch
    batch = []
  }
  if (batch.length > 0) yield batch
}

async function* rowsOf<R extends Resource>(
  store: StreamSource<R>,
  { predicate, ...search }: JudgedSearch<R> = {},
): AsyncIterable<Result<R>> {
  let { after } = search
  do {
    const place: { readonly after?: Position } = after === undefined ? {} : { after }
    const page = await store.search({ ...search, ...place, limit: store.resource.batchSize })
    for (const result of page.results) {
      if (predicate === undefined || (await predicate(result))) yield result
    }
    after = page.next
  } while (after !== undefined)
}

function chosenBy<R extends Resource>(
  store: StreamSource<R>,
  filter: Filter,
  { predicate }: ManyOptions<R> = {},
): AsyncIterable<Result<R>> {
  return rowsOf(store, predicate === undefined ? { filter } : { filter, predicate })
}

async function changeEach<R extends Resource>(
  rows: AsyncIterable<Result<R>>,
  change: (result: Result<R>) => Promise<boolean>,
): Promise<number> {
  let count = 0
  for await (const row of rows) {
    try {
      if (await change(row)) count += 1
    } catch (error) {
      if (!isNoLongerChosen(error)) throw error
    }
  }
  return count
}

/** The row was changed or deleted after its page was read. */
function isNoLongerChosen(error: unknown): boolean {
  return (
    error instanceof NotFoundError || error instanceof StaleError || error instanceof ForbiddenError
  )
}
