/** One PGlite in its worker thread: frames go over in batches, and a statement that hangs ends the thread. */

import { Worker } from 'node:worker_threads'

import { InternalError, UnavailableError } from '../errors.ts'
import type { PgliteWorkerOptions, WorkerOrder, WorkerReport } from './pglite-worker.ts'
import { OUTCOME_UNKNOWN } from './postgres-error.ts'
import { createFrameWriter, type FrameBatch, type FrameWriter } from './protocol-frames.ts'

/** Options of a thread. */
export interface PgliteThreadOptions extends PgliteWorkerOptions {
  /** The thread is given up when one request is at work for longer than this, unless the request allows more. */
  readonly watchdogMs: number
  /** Told once, when the thread ends without having been closed. Its open requests have been rejected by then. */
  readonly onDeath: (error: UnavailableError) => void
}

/** A running PGlite. */
export interface PgliteThread {
  /**
   * Sends what `write` writes for one statement; resolves to the bytes of its answer. Requests are worked off one after the
   * other, in the order of the calls.
   * @throws UnavailableError when the thread has ended, or ends meanwhile
   */
  request(write: (frames: FrameWriter) => void, limitMs?: number): Promise<Buffer>
  /** Ends the thread at once, because it is of no use any more. */
  abandon(cause: Error): void
  isAlive(): boolean
  /** Waits for open requests, shuts PGlite down in good order and ends the thread. */
  close(): Promise<void>
}

interface OpenRequest {
  readonly limitMs: number
  readonly resolve: (answer: Buffer) => void
  readonly reject: (error: Error) => void
}

/** Deep values recurse on this stack. With Node's 4 MiB PGlite breaks before PostgreSQL's own check says no. */
const STACK_MIB = 16
/** How often the watchdog looks within its limit. */
const LOOKS = 4

/** Starts PGlite. Rejects with what keeps it from starting. */
export async function startPgliteThread(options: PgliteThreadOptions): Promise<PgliteThread> {
  const { folder, template } = options
  const worker = new Worker(workerUrl(), {
    workerData: { folder, template } satisfies PgliteWorkerOptions,
    resourceLimits: { stackSizeMb: STACK_MIB },
    execArgv: [],
  })
  await untilOpen(worker)
  return createThread(worker, options)
}

/** The worker's file beside this one: TypeScript as it is written, JavaScript as it is published. */
function workerUrl(): URL {
  const ending = import.meta.url.endsWith('.ts') ? 'ts' : 'js'
  return new URL(`./pglite-worker.${ending}`, import.meta.url)
}

function untilOpen(worker: Worker): Promise<void> {
  return new Promise((resolve, reject) => {
    worker.once('message', () => {
      worker.off('error', reject)
      resolve()
    })
    worker.once('error', reject)
  })
}

function createThread(worker: Worker, options: PgliteThreadOptions): PgliteThread {
  const frames = createFrameWriter()
  const open: OpenRequest[] = []
  const exit = new Promise<void>((resolve) => worker.once('exit', () => resolve()))
  let state: 'open' | 'closing' | 'ended' = 'open'
  let isSending = false
  /** Counted by looks, not by the clock: after a pause of this thread an answer may be there that it has not received yet. */
  let quietMs = 0
  let look: NodeJS.Timeout | undefined

  function watch(): void {
    const pauseMs = options.watchdogMs / LOOKS
    look ??= setTimeout(() => {
      look = undefined
      const limitMs = open[0]?.limitMs ?? (state === 'closing' ? options.watchdogMs : undefined)
      if (limitMs === undefined) return
      quietMs += pauseMs
      if (quietMs > limitMs) abandon(new InternalError('PGlite hangs.'))
      else watch()
    }, pauseMs)
  }
  function abandon(cause: Error): void {
    if (state === 'ended') return
    const isUnexpected = state === 'open'
    state = 'ended'
    clearTimeout(look)
    void worker.terminate()
    const error = new UnavailableError(OUTCOME_UNKNOWN, { cause })
    for (const { reject } of open.splice(0)) reject(error)
    if (isUnexpected) options.onDeath(error)
  }
  function send(): void {
    isSending = false
    const batch: WorkerOrder = frames.take()
    if (batch.ends.length > 0) worker.postMessage(batch, [batch.bytes.buffer])
  }
  function receive(report: WorkerReport): void {
    if (typeof report === 'string') return
    quietMs = 0
    const answers = split(report)
    for (const [index, { resolve }] of open.splice(0, answers.length).entries()) {
      resolve(answers[index] ?? Buffer.alloc(0))
    }
  }
  function request(write: (frames: FrameWriter) => void, limitMs = options.watchdogMs) {
    return new Promise<Buffer>((resolve, reject) => {
      if (state !== 'open') throw new UnavailableError()
      if (open.length === 0) quietMs = 0
      write(frames)
      open.push({ limitMs, resolve, reject })
      watch()
      // What is written in one turn of the event loop goes over in one message.
      if (!isSending) setImmediate(send)
      isSending = true
    })
  }
  function close(): Promise<void> {
    if (state === 'open') {
      state = 'closing'
      quietMs = 0
      send()
      worker.postMessage('close' satisfies WorkerOrder)
      watch()
    }
    return exit
  }

  worker.on('message', receive)
  worker.on('error', abandon)
  worker.once('exit', () => abandon(new InternalError('PGlite has ended.')))
  return { request, abandon, isAlive: () => state === 'open', close }
}

function split({ bytes, ends }: FrameBatch): readonly Buffer[] {
  return ends.map((end, index) => {
    const start = ends[index - 1] ?? 0
    return Buffer.from(bytes.buffer, start, end - start)
  })
}
