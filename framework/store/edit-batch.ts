/** Applies several edits in their order, each by itself or all or none. */
import { InternalError, InvalidError, ResourceError, UnavailableError } from '../errors.ts'
import type { Resource } from '../resource/resource.ts'
import type {
  BatchOptions,
  Edit,
  EditResult,
  Result,
  Store,
  Transaction,
  Transactions,
  WriteOptions,
} from './store.ts'

/** What a batch is applied through. */
export interface BatchParts<R extends Resource = Resource> {
  readonly store: Pick<Store<R>, 'resource' | 'create' | 'update' | 'delete'>
  readonly transactions: Transactions
  /** Told of each defect of the server that an edit met, since its caller is told of it as one of many results. */
  readonly onDefect: (error: unknown) => void
}

/**
 * Makes the `editBatch` of a store out of its other operations; also for stores that wrap one and change these.
 *
 * An edit by itself commits by itself, or is undone by itself within a given transaction. When the database goes away in an
 * atomic batch, or in a given transaction, that is thrown; otherwise it is the result of the edit that met it, so that the list tells
 * what was done.
 */
export function editBatch<R extends Resource>(parts: BatchParts<R>): Store<R>['editBatch'] {
  const { resource } = parts.store
  return async (edits, options = {}) => {
    if (edits.length > resource.batchSize) {
      const detail = `must be at most ${String(resource.batchSize)}`
      throw new InvalidError([{ pointer: '/edits', detail }])
    }
    return options.isAtomic === true
      ? allOrNone(parts, edits, options)
      : eachByItself(parts, edits, options)
  }
}

async function eachByItself<R extends Resource>(
  parts: BatchParts<R>,
  edits: readonly Edit<R>[],
  { transaction }: BatchOptions,
): Promise<readonly EditResult<R>[]> {
  const results: EditResult<R>[] = []
  for (const [index, edit] of edits.entries()) {
    try {
      const result =
        transaction === undefined
          ? await apply(parts, edit, { index })
          : await parts.transactions.transaction(
              (part) => apply(parts, edit, { index, transaction: part }),
              transaction,
            )
      results.push({ success: true, result })
    } catch (error) {
      if (transaction !== undefined && isServers(error)) throw error
      results.push(toFailure(error, parts.onDefect))
    }
  }
  return results
}

/** Leaves the transaction of an atomic batch, so that all is undone. */
class Undone extends Error {
  readonly index: number

  constructor(index: number, options: ErrorOptions) {
    super('An edit of the batch failed.', options)
    this.index = index
  }
}

async function allOrNone<R extends Resource>(
  parts: BatchParts<R>,
  edits: readonly Edit<R>[],
  { transaction: outer }: BatchOptions,
): Promise<readonly EditResult<R>[]> {
  try {
    return await parts.transactions.transaction(async (transaction) => {
      const results: EditResult<R>[] = []
      for (const [index, edit] of edits.entries()) {
        const result = await apply(parts, edit, { index, transaction }).catch((cause: unknown) => {
          throw isServers(cause) ? cause : new Undone(index, { cause })
        })
        results.push({ success: true, result })
      }
      return results
    }, outer)
  } catch (error) {
    if (!(error instanceof Undone)) throw error
    const failure = toFailure(error.cause, parts.onDefect)
    return edits.map((_, index) => (index === error.index ? failure : UNDONE))
  }
}

const UNDONE: EditResult = Object.freeze({
  success: false,
  code: undefined,
  detail: 'Undone, because another edit of the batch failed.',
})

/** Not a matter of the edit: the same would meet every other one. */
function isServers(error: unknown): boolean {
  return (
    !(error instanceof ResourceError) ||
    error instanceof UnavailableError ||
    error instanceof InternalError
  )
}

function toFailure(
  error: unknown,
  onDefect: (error: unknown) => void,
): Extract<EditResult, { success: false }> {
  if (!(error instanceof ResourceError) || error instanceof InternalError) {
    onDefect(error)
    return { success: false, code: 'internal', detail: 'Something went wrong on the server.' }
  }
  const failure = { success: false, code: error.code, detail: error.message } as const
  return error instanceof InvalidError ? { ...failure, faults: error.faults } : failure
}

interface Place {
  readonly index: number
  readonly transaction?: Transaction
}

async function apply<R extends Resource>(
  { store }: BatchParts<R>,
  edit: Edit<R>,
  { index, ...within }: Place,
): Promise<Result<R> | undefined> {
  const options = (member: string): WriteOptions => ({
    ...within,
    pointer: `/edits/${String(index)}/${member}`,
  })
  switch (edit.kind) {
    case 'create':
      return store.create(edit.item, options('create_item'))
    case 'update': {
      const { key, item, precondition, versions } = edit
      return store.update(key, item, {
        ...options('update_item'),
        ...(precondition && { precondition }),
        ...(versions && { versions }),
      })
    }
    case 'delete': {
      const { key, precondition, versions } = edit
      await store.delete(key, {
        ...options('delete_key'),
        ...(precondition && { precondition }),
        ...(versions && { versions }),
      })
      return undefined
    }
  }
}
