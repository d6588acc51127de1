/** Writes text frames straight onto the stream of a socket: their bytes are made once for all sockets that get the same. */
import type { Writable } from 'node:stream'
import type { WebSocket } from '@fastify/websocket'
import type { WriteTurn } from './write-turn.ts'

/** Where frames of one socket go. */
export interface FrameStream {
  isOpen(): boolean
  /** Bytes that were written and the reader has not taken. */
  heldBytes(): number
  /** Whether the stream takes more; else `onRoom` tells when it does. */
  hasRoom(): boolean
  /** Writes a whole frame, when the turn is over or much has gathered. */
  write(frame: Buffer): void
  /** Writes what has gathered at once. To be called before the socket is closed: afterwards nothing is written. */
  flush(): void
  onRoom(run: () => void): void
}

/** What has gathered is written when it is so much, so that the stream can say that it is full. */
const GATHERED_BYTES = 16_384

/**
 * The stream of a socket. What ws itself sends (pongs, the close) goes there too, whole frame by whole frame, so that nothing gets
 * in between as long as frames are not compressed.
 */
export function createFrameStream(
  socket: Pick<WebSocket, 'readyState'>,
  stream: Writable,
  turn: WriteTurn,
): FrameStream {
  let gathered: Buffer[] = []
  let bytes = 0
  let hasRoom = true
  const isOpen = (): boolean => socket.readyState === OPEN

  function flush(): void {
    const frames = gathered
    if (frames.length === 0) return
    gathered = []
    bytes = 0
    if (isOpen()) hasRoom = stream.write(turn.join(frames))
  }
  return Object.freeze<FrameStream>({
    isOpen,
    heldBytes: () => stream.writableLength + bytes,
    hasRoom: () => hasRoom,
    write(frame) {
      if (gathered.length === 0) turn.atEnd(flush)
      gathered.push(frame)
      bytes += frame.length
      if (bytes >= GATHERED_BYTES) flush()
    },
    flush,
    onRoom(run) {
      stream.on('drain', () => {
        hasRoom = true
        run()
      })
    },
  })
}

/** The state of a socket whose handshake is over and whose close has not begun. */
const OPEN = 1
const FINAL_TEXT = 0x81
const LENGTH_16 = 126
const LENGTH_64 = 127

/** A text frame of a server, unmasked and in one piece (RFC 6455 §5.2). */
export function toTextFrame(payload: Buffer): Buffer {
  const { length } = payload
  const headBytes = length < LENGTH_16 ? 2 : length <= 0xffff ? 4 : 10
  const frame = Buffer.allocUnsafe(headBytes + length)
  frame[0] = FINAL_TEXT
  if (headBytes === 2) frame[1] = length
  else if (headBytes === 4) {
    frame[1] = LENGTH_16
    frame.writeUInt16BE(length, 2)
  } else {
    frame[1] = LENGTH_64
    frame.writeBigUInt64BE(BigInt(length), 2)
  }
  payload.copy(frame, headBytes)
  return frame
}

/** Makes frames; the last one is kept, because what goes to many sockets goes to all of them at once. */
export function createFramer(): (payload: Buffer) => Buffer {
  let last: { readonly payload: Buffer; readonly frame: Buffer } | undefined
  return (payload) => {
    if (last?.payload !== payload) last = { payload, frame: toTextFrame(payload) }
    return last.frame
  }
}
