/** Cleans up after uploads that nothing came of, and after processes that ended in the middle. */
import { cron, job, NotFoundError, StaleError, where, type Filter } from '../../framework/index.ts'
import { sqlIn, type DomainStores } from '../domain-stores.ts'
import type { Media } from '../media/media.ts'
import type { MediaStorage } from '../media/media-storage.ts'
import { all } from '../resources/all.ts'

/** How long somebody may take to finish an upload, and to attach it. */
export const LOOSE_MS = 24 * 3600 * 1000
const BATCH = 100

/** What cleaning up needs. */
export interface CleanMediaParts {
  readonly stores: DomainStores
  readonly media: Pick<Media, 'storage'>
  /** Milliseconds since the epoch. */
  readonly now: () => number
}

/**
 * Once a day: deletes attachments that are older than a day and unfinished, refused or attached to nothing; then files whose attachment or export
 * is gone, and what was uploaded of images that have been made anew or is kept elsewhere by now.
 */
export function cleanMediaJob(parts: CleanMediaParts) {
  const { stores, media, now } = parts
  return job('clean_media', {
    triggers: [cron('41 3 * * *')],
    retries: { count: 3, firstRestSeconds: 60 },
    timeoutSeconds: 3600,
    concurrency: 1,
    async run() {
      const beforeMs = now() - LOOSE_MS
      const isLoose = looseSince(new Date(beforeMs).toISOString())
      const found = stores.store('attachment').searchAll({ filter: isLoose })
      for await (const { key } of found) await deleteLoose(stores, key, isLoose)
      const storage = await media.storage()
      for await (const ids of batches(storage, beforeMs)) await tidy(ids, storage, parts)
    },
  })
}

/**
 * Waits in a statement of its own for who is choosing it: a statement sees the other rows as they were when it began, so that a delete
 * that had to wait would not see that it is shown now, and take it from its user.
 */
async function deleteLoose(stores: DomainStores, key: string, isLoose: Filter): Promise<void> {
  try {
    await stores.transactions.transaction(async (transaction) => {
      await sqlIn(stores, transaction)
        .selectFrom('attachment')
        .select('id')
        .where('id', '=', key)
        .forUpdate()
        .execute()
      await stores.store('attachment').delete(key, { precondition: isLoose, transaction })
    })
  } catch (error) {
    // Gone, or attached meanwhile.
    if (!(error instanceof NotFoundError || error instanceof StaleError)) throw error
  }
}

function looseSince(time: string): Filter {
  return where(all, 'attachment', (row) =>
    row.created_at
      .lt(time)
      .and(
        row.state
          .ne('ready')
          .or(row.message_id.notExists().and(row.shown_by.some((user) => user.id.exists()).not())),
      ),
  )
}

/** The ids of which something was written before that time and nothing is being written; each once or more. */
async function* batches(
  storage: MediaStorage,
  beforeMs: number,
): AsyncGenerator<ReadonlySet<string>> {
  let ids = new Set<string>()
  for await (const { id, changedAtMs } of storage.list()) {
    if (changedAtMs < beforeMs) ids.add(id)
    if (ids.size < BATCH) continue
    yield ids
    ids = new Set()
  }
  yield ids
}

async function tidy(
  ids: ReadonlySet<string>,
  storage: MediaStorage,
  { stores }: CleanMediaParts,
): Promise<void> {
  const keys = [...ids]
  const rows = await stores.store('attachment').readBatch(keys)
  const kept = await stores.store('data_export').readBatch(keys)
  for (const [index, id] of keys.entries()) {
    const item = rows[index]?.item
    if (kept[index] !== undefined) continue
    if (item === undefined) await storage.remove(id)
    else if (item.state !== 'ready') continue
    else await (item.kind === 'image' ? storage.removeUpload(id) : storage.settle(id))
  }
}
