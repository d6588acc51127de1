/** A sink that keeps what it is sent. */
import type { Sink } from '../../framework/event/subscription.ts'

/** What was sent, and when more may be. */
export interface CollectingSink extends Sink {
  readonly buffers: readonly Buffer[]
  /** The frames, parsed. */
  frames(): readonly Readonly<Record<string, unknown>>[]
  /** Keys of the events, and types of other frames, in order. */
  keys(): readonly string[]
  /** Resolves when as many frames are there. */
  until(count: number): Promise<void>
  /** What the subscription waits for before it sends from the log. */
  beforeReady: () => Promise<void>
}

/** Creates an empty sink. */
export function createCollectingSink(): CollectingSink {
  const buffers: Buffer[] = []
  const waiting = new Set<() => void>()
  const frames = (): readonly Readonly<Record<string, unknown>>[] =>
    buffers.map((bytes) => JSON.parse(bytes.toString()) as Readonly<Record<string, unknown>>)
  const sink: CollectingSink = {
    buffers,
    frames,
    keys: () => frames().map(({ key, type }) => String(key ?? type)),
    beforeReady: () => Promise.resolve(),
    ready: () => sink.beforeReady(),
    send(frame) {
      buffers.push(frame)
      for (const look of waiting) look()
    },
    until(count) {
      const { promise, resolve } = Promise.withResolvers<undefined>()
      const look = (): void => {
        if (buffers.length < count) return
        waiting.delete(look)
        resolve(undefined)
      }
      waiting.add(look)
      look()
      return promise
    },
  }
  return sink
}
