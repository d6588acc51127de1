/** Reads what an action answers, as its caller may see it. */
import {
  NotFoundError,
  type ActionContext,
  type Resource,
  type Result,
} from '../../framework/index.ts'

/** One row. @throws NotFoundError when the caller may not read it */
export async function readOwn<R extends Resource>(
  resource: R,
  key: string,
  { stores, transaction }: Pick<ActionContext, 'stores' | 'transaction'>,
): Promise<Result<R>> {
  const found = await stores.store(resource.name)?.read(key, { transaction })
  if (found === undefined) throw new NotFoundError()
  return found
}

/** Those of some rows that the caller may read, in the order of their keys. */
export async function readOwnBatch<R extends Resource>(
  resource: R,
  keys: readonly string[],
  { stores, transaction }: Pick<ActionContext, 'stores' | 'transaction'>,
): Promise<readonly Result<R>[]> {
  const found = await stores.store(resource.name)?.readBatch(keys, { transaction })
  return (found ?? []).filter((one) => one !== undefined)
}
