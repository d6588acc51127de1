/** The worker thread in which PGlite runs: takes batches of protocol frames, answers in batches. */

import { existsSync, openAsBlob, renameSync, rmSync } from 'node:fs'
import { join } from 'node:path'
import { parentPort, workerData, type MessagePort } from 'node:worker_threads'

import { PGlite } from '@electric-sql/pglite'
import { pg_trgm } from '@electric-sql/pglite/contrib/pg_trgm'

import type { FrameBatch } from './protocol-frames.ts'

/** What the worker is started with. */
export interface PgliteWorkerOptions {
  /** Where the database is kept. Absent: in memory. */
  readonly folder?: string | undefined
  /** A tar archive of a data folder, to begin with where there is no database yet. */
  readonly template?: string | undefined
}

/** What the worker is told: statements, or to close. */
export type WorkerOrder = FrameBatch | 'close'

/** What the worker says: that it is open, answers in the order of the statements, that it is closed. */
export type WorkerReport = FrameBatch | 'open' | 'closed'

/** Answers that are there wait at most this long for the others of their batch. */
const MAX_HOLD_MS = 2

/** What wire forms and transactions rely on. */
const SETTINGS = ['TimeZone=UTC', 'DateStyle=ISO', 'default_transaction_isolation=read committed']

/** In memory its files are as near as its buffers: large ones would hold everything twice, and take half of the time to start. */
const MEMORY_SETTINGS = ['shared_buffers=16MB']

/** What declared indexes may ask for. It has to be there when PGlite starts; a database gets it when a resource asks for it. */
const EXTENSIONS = { pg_trgm }

if (parentPort !== null) await serve(parentPort, workerData as PgliteWorkerOptions)

async function serve(port: MessagePort, options: PgliteWorkerOptions): Promise<void> {
  const database = await openDatabase(options)
  const answers = createAnswerBuffer()
  let heldSince = 0

  function send(): void {
    heldSince = performance.now()
    const batch = answers.take()
    port.postMessage(batch, [batch.bytes.buffer])
  }
  async function answerBatch({ bytes, ends }: FrameBatch): Promise<void> {
    heldSince = performance.now()
    let start = 0
    for (const end of ends) {
      await run(database, bytes.subarray(start, end), answers.append)
      answers.end()
      start = end
      if (performance.now() - heldSince > MAX_HOLD_MS) send()
    }
    send()
  }
  async function close(): Promise<void> {
    await database.close()
    port.postMessage('closed' satisfies WorkerReport)
    port.close()
  }

  port.on('message', (order: WorkerOrder) => {
    void (order === 'close' ? close() : answerBatch(order))
  })
  port.postMessage('open' satisfies WorkerReport)
}

async function run(
  database: PGlite,
  frames: Uint8Array,
  onRawData: (bytes: Uint8Array) => void,
): Promise<void> {
  try {
    await database.execProtocolRawStream(frames, { syncToFs: false, onRawData })
  } catch {
    // The answer breaks off; the session takes that for what it is, and ends this worker.
  }
}

interface AnswerBuffer {
  append(this: void, bytes: Uint8Array): void
  end(): void
  take(): FrameBatch
}

function createAnswerBuffer(): AnswerBuffer {
  let chunks: Uint8Array[] = []
  let ends: number[] = []
  let size = 0
  return {
    append(bytes) {
      // A copy, because these bytes lie in PostgreSQL's own memory.
      chunks.push(bytes.slice())
      size += bytes.length
    },
    end: () => void ends.push(size),
    take() {
      const bytes = new Uint8Array(size)
      let at = 0
      for (const chunk of chunks) {
        bytes.set(chunk, at)
        at += chunk.length
      }
      const batch = { bytes, ends }
      chunks = []
      ends = []
      size = 0
      return batch
    },
  }
}

async function openDatabase({ folder, template }: PgliteWorkerOptions): Promise<PGlite> {
  if (folder === undefined) return start(undefined, template)
  if (!existsSync(join(folder, 'PG_VERSION'))) await createFolder(folder, template)
  return start(folder)
}

/** Makes the database beside its place and moves it there whole: a kill meanwhile leaves nothing half made. */
async function createFolder(folder: string, template: string | undefined): Promise<void> {
  const unfinished = `${folder}.new`
  rmSync(unfinished, { recursive: true, force: true })
  const database = await start(unfinished, template)
  await database.close()
  renameSync(unfinished, folder)
}

async function start(dataDir: string | undefined, template?: string): Promise<PGlite> {
  const settings = dataDir === undefined ? [...SETTINGS, ...MEMORY_SETTINGS] : SETTINGS
  return PGlite.create({
    extensions: EXTENSIONS,
    ...(dataDir === undefined ? {} : { dataDir }),
    ...(template === undefined ? {} : { loadDataDir: await openAsBlob(template) }),
    startParams: [...PGlite.defaultStartParams, ...settings.flatMap((setting) => ['-c', setting])],
  })
}
