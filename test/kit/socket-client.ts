/** A client of sockets for tests: sends frames, and waits for those that come. */
import type { WebSocket } from '@fastify/websocket'

/** A frame, parsed. */
export type Frame = Readonly<Record<string, unknown>>

/** What tests do with a socket. */
export type ClientSocket = Pick<
  WebSocket,
  'on' | 'send' | 'ping' | 'close' | 'terminate' | 'pause' | 'resume' | 'protocol'
>

/** Sees each frame as it goes and comes. */
export interface FrameWatch {
  sent(frame: object): void
  received(frame: Frame): void
}

/** A connected client. */
export interface SocketClient {
  readonly socket: ClientSocket
  /** Sends an object as JSON, and a text as it stands. */
  send(...frames: readonly (object | string)[]): void
  /** The next frame that has not been taken. Rejects when the socket has closed, or closes before one comes. */
  next(): Promise<Frame>
  /** Sends a frame, and takes the next that comes. */
  ask(frame: object | string): Promise<Frame>
  /** Frames that have come and were not taken. */
  readonly waiting: readonly Frame[]
  /** The code of the close. */
  readonly closed: Promise<number>
}

/** Wraps a socket. Has to be called before it is open, or nothing may come unasked. */
export function createSocketClient(socket: ClientSocket, watch?: FrameWatch): SocketClient {
  const frames: Frame[] = []
  const takers: PromiseWithResolvers<Frame>[] = []
  let ended: Error | undefined
  socket.on('message', (bytes: Buffer) => {
    const frame = JSON.parse(bytes.toString()) as Frame
    watch?.received(frame)
    const taker = takers.shift()
    if (taker === undefined) frames.push(frame)
    else taker.resolve(frame)
  })
  const closed = new Promise<number>((resolve) => {
    socket.on('close', (code: number) => {
      ended = new Error(`The socket has closed with ${String(code)}, and nothing has come.`)
      for (const taker of takers.splice(0)) taker.reject(ended)
      resolve(code)
    })
  })
  socket.on('error', () => undefined) // 'close' follows
  const client: SocketClient = {
    socket,
    send(...sent) {
      for (const frame of sent) {
        if (typeof frame === 'object') watch?.sent(frame)
        socket.send(typeof frame === 'string' ? frame : JSON.stringify(frame))
      }
    },
    next() {
      const frame = frames.shift()
      if (frame !== undefined) return Promise.resolve(frame)
      if (ended !== undefined) return Promise.reject(ended)
      const taker = Promise.withResolvers<Frame>()
      takers.push(taker)
      return taker.promise
    },
    ask(frame) {
      client.send(frame)
      return client.next()
    },
    waiting: frames,
    closed,
  }
  return client
}
