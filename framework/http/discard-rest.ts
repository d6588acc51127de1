/** Reads on in a request that is refused: who still sends when its connection closes gets no answer (RFC 9112 §9.6). */
import type { Readable } from 'node:stream'

/** How much is read for nothing. */
export interface DiscardLimits {
  readonly bytes: number
  readonly ms: number
}

const DISCARD_LIMITS: DiscardLimits = Object.freeze({ bytes: 16_777_216, ms: 2_000 })

/** Reads a request to its end and keeps nothing. Resolves also when it breaks off, or a limit is reached. Never rejects. */
export async function discardRest(
  request: Readable,
  { bytes, ms }: DiscardLimits = DISCARD_LIMITS,
): Promise<void> {
  if (request.readableEnded || request.destroyed) return
  const { promise, resolve } = Promise.withResolvers<undefined>()
  let count = 0
  const stop = (): void => resolve(undefined)
  const take = (chunk: Buffer): void => {
    count += chunk.length
    if (count > bytes) stop()
  }
  const timer = setTimeout(stop, ms)
  request.on('data', take).once('end', stop).once('close', stop)
  await promise
  clearTimeout(timer)
  request.off('data', take).off('end', stop).off('close', stop).pause()
}
