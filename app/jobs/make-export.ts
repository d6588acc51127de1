/** Makes exports. */
import { addAbortSignal } from 'node:stream'
import Type from 'typebox'
import { InternalError, job, where, type PlainStore } from '../../framework/index.ts'
import type { DomainStores } from '../domain-stores.ts'
import { exportEntries } from '../exports/export-entries.ts'
import { zipOf } from '../exports/zip.ts'
import type { Media } from '../media/media.ts'
import type { MediaStorage } from '../media/media-storage.ts'
import type { Notifier } from '../notifications.ts'
import { all } from '../resources/all.ts'
import { EXPORT_KEPT_MS, type dataExport } from '../resources/data-export.ts'
import { succeeds } from '../succeeds.ts'

/** After the first try. */
const RETRIES = 3

/** What making exports needs. */
export interface MakeExportParts {
  readonly stores: DomainStores
  readonly media: Pick<Media, 'storage'>
  readonly notifier: Notifier
  /** Milliseconds since the epoch. */
  readonly now: () => number
}

/**
 * Writes the file of an export that was asked for, and says that it is ready; failed, when no try brings it about. One that comes again
 * after it was killed writes the file anew; what is ready, failed or deleted by then stays so.
 */
export function makeExportJob(parts: MakeExportParts) {
  const exports: PlainStore<typeof dataExport> = parts.stores.store('data_export')
  return job('make_export', {
    payload: Type.Object({ export: Type.String() }),
    retries: { count: RETRIES, firstRestSeconds: 20 },
    timeoutSeconds: 3600,
    // Each reads whatever its user has ever uploaded.
    concurrency: 1,
    async run({ export: id }, { attempt, signal }) {
      const found = await exports.read(id)
      if (found?.item.state !== 'requested') return
      const storage = await parts.media.storage()
      try {
        await make(parts, { id, user: found.item.user_id, storage, signal })
      } catch (error) {
        // Who is only told to stop leaves it to another try.
        if (attempt > RETRIES && !signal.aborted) await fail(exports, id)
        throw error
      }
    },
  })
}

const IS_REQUESTED = where(all, 'data_export', (row) => row.state.eq('requested'))

interface Making {
  readonly id: string
  readonly user: string
  readonly storage: MediaStorage
  readonly signal: AbortSignal
}

async function make(
  { stores, notifier, now }: MakeExportParts,
  { id, user, storage, signal }: Making,
): Promise<void> {
  const name = { id, part: 'export' } as const
  const bytes = addAbortSignal(signal, zipOf(exportEntries({ stores, storage }, user)))
  await storage.write(name, bytes)
  const byte_count = await storage.byteCount(name)
  if (byte_count === undefined) throw new InternalError('What was just written is not there.')
  const expires_at = new Date(now() + EXPORT_KEPT_MS).toISOString()
  const isTold = await succeeds(
    stores.transactions.transaction(async (transaction) => {
      const item = { state: 'ready', byte_count, expires_at } as const
      const options = { precondition: IS_REQUESTED, transaction }
      await stores.store('data_export').update(id, item, options)
      await notifier.notify({ user, kind: 'export' }, transaction)
    }),
  )
  // Deleted meanwhile: the file goes by nobody else, since it came later.
  if (!isTold && (await stores.store('data_export').read(id)) === undefined) {
    await storage.remove(id)
  }
}

async function fail(exports: PlainStore<typeof dataExport>, id: string): Promise<void> {
  await succeeds(exports.update(id, { state: 'failed' }, { precondition: IS_REQUESTED }))
}
