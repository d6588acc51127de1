/** A bus within one process, between servers that behave as if each were a process of its own. */
import type { Bus } from '../event/bus.ts'
import { createReceivers, type Receivers } from './receivers.ts'

/** Where members meet. */
export interface MemoryBus {
  /**
   * Joins as one more process. While it is alone nobody hears it.
   * @param onError told when a receiver throws; default: it is thrown where nobody catches it
   */
  connect(onError?: (error: unknown) => void): Bus
}

const MAX_BYTES = 1_048_576

/** A bus that nobody has joined. */
export function createMemoryBus(): MemoryBus {
  const members = new Set<Receivers>()
  return Object.freeze<MemoryBus>({
    connect(onError = rethrow) {
      const own = createReceivers(onError)
      members.add(own)
      return Object.freeze<Bus>({
        maxBytes: MAX_BYTES,
        send(topic, text) {
          if (!members.has(own) || Buffer.byteLength(text) > MAX_BYTES) return
          for (const member of members) {
            if (member !== own) setImmediate(() => member.hand(topic, text))
          }
        },
        receive: own.receive,
        onGap: own.onGap,
        close() {
          members.delete(own)
          own.clear()
          return Promise.resolve()
        },
      })
    },
  })
}

function rethrow(error: unknown): never {
  throw error
}
