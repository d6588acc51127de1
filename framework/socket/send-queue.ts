/** What waits to be sent to one client: in order, bounded, and shared bytes kept shared. */
import type { WebSocket } from '@fastify/websocket'
import type { Sink } from '../event/subscription.ts'

/** What {@link createSendQueue} needs. */
export interface SendQueueOptions {
  /** Most bytes that may wait. A single frame goes out whatever its size, when nothing waits. */
  readonly queueBytes: number
  /** The reader is too slow: the frame at hand and all that wait are dropped. */
  readonly onFull: () => void
}

/** The frames on their way to one client. */
export interface SendQueue extends Sink {
  /** Drops what waits, and lets go of whoever waits for the reader. */
  close(): void
}

/**
 * How much is handed to the stream at once. What is beyond waits here: a frame that waits in a stream costs a hundred bytes
 * and more of its own, here it is one reference to bytes that all sockets share.
 */
const STREAM_BYTES = 16_384

const TEXT = Object.freeze({ binary: false, compress: false })

/** Creates the send queue of an open socket. */
export function createSendQueue(
  socket: WebSocket,
  { queueBytes, onFull }: SendQueueOptions,
): SendQueue {
  let queue: Buffer[] = []
  let next = 0
  let queuedBytes = 0
  let waiting: (() => void)[] = []

  function isOpen(): boolean {
    return socket.readyState === socket.OPEN
  }

  function hasRoom(): boolean {
    return queuedBytes === 0 && socket.bufferedAmount < STREAM_BYTES
  }

  function flush(): void {
    while (isOpen() && queuedBytes > 0 && socket.bufferedAmount < STREAM_BYTES) {
      const frame = queue[next++]
      if (frame === undefined) break
      queuedBytes -= frame.length
      socket.send(frame, TEXT, flush)
    }
    // Also of a reader that is slow and never quite catches up, what was sent is let go.
    if (next > 0 && next * 2 >= queue.length) {
      queue = queue.slice(next)
      next = 0
    }
    if (hasRoom() || !isOpen()) release()
  }

  function release(): void {
    const released = waiting
    waiting = []
    for (const resolve of released) resolve()
  }

  function close(): void {
    queue = []
    next = 0
    queuedBytes = 0
    release()
  }

  return Object.freeze({
    send(frame: Buffer) {
      if (!isOpen()) return
      if (hasRoom()) {
        socket.send(frame, TEXT, flush)
      } else if (socket.bufferedAmount + queuedBytes + frame.length > queueBytes) {
        close()
        onFull()
      } else {
        queue.push(frame)
        queuedBytes += frame.length
      }
    },
    ready(): Promise<void> {
      if (hasRoom() || !isOpen()) return Promise.resolve()
      return new Promise((resolve) => waiting.push(resolve))
    },
    close,
  })
}
