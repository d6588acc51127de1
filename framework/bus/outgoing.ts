/** Messages that wait to be sent: those of one moment go together, and of too many the oldest are lost. */
import type { BusTopic } from '../event/bus.ts'
import type { Clock } from '../event/clock.ts'
import { pack } from './packet.ts'

/** What goes out at once: at most one packet for each topic. */
export type Packets = readonly (readonly [topic: BusTopic, packet: string])[]

/** Options of what goes out. */
export interface OutgoingOptions {
  /** The size of a packet. */
  readonly maxBytes: number
  /** The least time between two sendings. */
  readonly paceMs: number
  readonly clock: Clock
  /** Sends. The next sending waits for it. Rejecting means that these are lost. */
  readonly send: (packets: Packets) => Promise<void>
}

/** Messages on their way out. Its owner closes it. */
export interface Outgoing {
  add(topic: BusTopic, text: string): void
  /** Forgets what waits. */
  clear(): void
  /** Sends what waits, as far as it goes in one packet, and takes nothing more. */
  close(): Promise<void>
}

/** How much may wait for each topic; more comes only while the way out is slower than what is said. */
const MAX_WAITING_BYTES = 1_048_576

interface Waiting {
  texts: string[]
  bytes: number
}

/** Nothing on its way. The first message goes out at once, together with those of the same moment. */
export function createOutgoing({ maxBytes, paceMs, clock, send }: OutgoingOptions): Outgoing {
  const topics = new Map<BusTopic, Waiting>()
  let callOff: (() => void) | undefined
  let sending = Promise.resolve()
  let nextAt = 0
  let isClosed = false

  function take(): Packets {
    return [...topics].map(([topic, waiting]) => {
      const { packet, rest } = pack(waiting.texts, maxBytes)
      if (rest.length === 0) topics.delete(topic)
      else topics.set(topic, { texts: [...rest], bytes: bytesOf(rest) })
      return [topic, packet] as const
    })
  }
  async function flush(): Promise<void> {
    nextAt = clock.now() + paceMs
    await send(take()).catch(() => undefined)
    callOff = undefined
    if (topics.size > 0) schedule()
  }
  function schedule(): void {
    if (isClosed || callOff !== undefined) return
    const run = (): void => void (sending = flush())
    callOff = clock.after(Math.max(0, nextAt - clock.now()), run)
  }

  return Object.freeze<Outgoing>({
    add(topic, text) {
      if (isClosed) return
      const waiting = topics.get(topic) ?? { texts: [], bytes: 0 }
      topics.set(topic, waiting)
      waiting.texts.push(text)
      waiting.bytes += Buffer.byteLength(text)
      while (waiting.bytes > MAX_WAITING_BYTES && waiting.texts.length > 1) {
        waiting.bytes -= Buffer.byteLength(waiting.texts.shift() ?? '')
      }
      schedule()
    },
    clear: () => topics.clear(),
    async close() {
      isClosed = true
      callOff?.()
      await sending
      if (topics.size > 0) await send(take()).catch(() => undefined)
      topics.clear()
    },
  })
}

function bytesOf(texts: readonly string[]): number {
  return texts.reduce((sum, text) => sum + Buffer.byteLength(text), 0)
}
