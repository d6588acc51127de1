/** What waits to be sent to one client: in order, bounded, shared bytes kept shared, and what can be done without dropped first. */
import type { Sink } from '../event/subscription.ts'
import type { FrameStream } from './frame-stream.ts'
import { createWaitingFrames } from './waiting-frames.ts'

/** What {@link createSendQueue} needs. */
export interface SendQueueOptions {
  /** Most bytes that may wait. A single frame goes out whatever its size, when nothing waits. */
  readonly queueBytes: number
  /** The reader is too slow: the frame at hand and all that wait are dropped. It is told before anything of `send` alone is missing. */
  readonly onFull: () => void
  /** Makes the frame of a payload; shared by all sockets. */
  readonly toFrame: (payload: Buffer) => Buffer
}

/** The frames on their way to one client. */
export interface SendQueue extends Sink {
  /**
   * Takes a frame that its reader can do without, such as who is typing. While it waits a later one of the same key takes its
   * place; it is dropped when half of what may wait waits already, and before a frame of `send` finds no room. Never throws.
   * @param key names what the frame is about: the reader wants to have the last one of it alone
   */
  sendDroppable(payload: Buffer, key: string): void
  /** Drops what waits, and lets go of whoever waits for the reader. */
  close(): void
}

/** Of what may wait, the part that droppable frames may fill. */
const DROPPABLE_SHARE = 0.5

/** Creates the send queue of an open socket. */
export function createSendQueue(
  stream: FrameStream,
  { queueBytes, onFull, toFrame }: SendQueueOptions,
): SendQueue {
  const frames = createWaitingFrames()
  let waiting: (() => void)[] = []

  /**
   * Whether nothing waits and the stream takes more. What it does not take waits here: there a frame costs a hundred bytes and more
   * of its own, here it is one reference to bytes that all sockets share.
   */
  const hasRoom = (): boolean => stream.hasRoom() && frames.bytes() === 0

  /** Whether so many more bytes may wait. */
  function fits(bytes: number, share = 1): boolean {
    return stream.heldBytes() + frames.bytes() + bytes <= queueBytes * share
  }

  function flush(): void {
    while (stream.isOpen() && frames.bytes() > 0 && stream.hasRoom()) {
      const frame = frames.take()
      if (frame === undefined) break
      stream.write(frame)
    }
    if (hasRoom() || !stream.isOpen()) release()
  }
  stream.onRoom(flush)

  function release(): void {
    const released = waiting
    waiting = []
    for (const resolve of released) resolve()
  }

  function close(): void {
    stream.flush()
    frames.clear()
    release()
  }

  /** @returns whether it was sent, or nobody is there to send it to */
  function sendAtOnce(frame: Buffer): boolean {
    if (!stream.isOpen()) return true
    if (!hasRoom()) return false
    stream.write(frame)
    return true
  }

  return Object.freeze<SendQueue>({
    send(payload) {
      const frame = toFrame(payload)
      if (sendAtOnce(frame)) return
      while (!fits(frame.length) && frames.dropOldest());
      if (fits(frame.length)) {
        frames.add(frame)
      } else {
        close()
        onFull()
      }
    },
    sendDroppable(payload, key) {
      const frame = toFrame(payload)
      if (sendAtOnce(frame)) return
      const oldBytes = frames.bytesOf(key)
      const isNoMore = frame.length <= oldBytes
      if (isNoMore || fits(frame.length - oldBytes, DROPPABLE_SHARE)) frames.put(frame, key)
      // The old one would tell what is not so any more.
      else frames.drop(key)
    },
    ready(): Promise<void> {
      if (hasRoom() || !stream.isOpen()) return Promise.resolve()
      return new Promise((resolve) => waiting.push(resolve))
    },
    close,
  })
}
