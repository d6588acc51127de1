/** Calls over a socket, for tests: each is waited for by its id, whatever else comes meanwhile. */
import type { Frame, SocketClient } from './socket-client.ts'

/** What came of a call: of `Result` and `Error` frames alike. */
export interface Called<T = unknown> {
  readonly type: string
  readonly status: number
  readonly etag?: string
  readonly payload: T
}

/** Calls, and takes what else comes. */
export interface SocketCalls {
  call<T = unknown>(action: string, input?: object, key?: string): Promise<Called<T>>
  /** The next frame that answers no call. */
  next(): Promise<Frame>
}

/** Calls over a client, which nobody else may take frames from. */
export function socketCalls(client: SocketClient): SocketCalls {
  const others: Frame[] = []
  const waiting = new Map<unknown, (frame: Frame) => void>()
  let lastId = 0
  let reading: Promise<void> | undefined

  /** Reads one frame for all who wait. */
  function readOne(): Promise<void> {
    reading ??= client.next().then((frame) => {
      reading = undefined
      const take = waiting.get(frame['id'])
      if (take === undefined) others.push(frame)
      else take(frame)
    })
    return reading
  }

  return {
    async call<T>(action: string, input?: object, key?: string) {
      const id = `call ${String(++lastId)}`
      let answer: Frame | undefined
      waiting.set(id, (frame) => (answer = frame))
      client.send({ type: 'Call', id, payload: { action, input, key } })
      while (answer === undefined) await readOne()
      waiting.delete(id)
      return answer as Frame & Called<T> // as frames are that answer calls
    },
    async next() {
      while (others.length === 0) await readOne()
      return others.shift() ?? {}
    },
  }
}
