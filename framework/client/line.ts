/** One websocket from its opening to its end: proves who the caller is, and takes frames. */
import { parseFrame, type ClientFrame, type ServerFrame } from './frame.ts'
import { createPace } from './pace.ts'
import { isPassing } from './problem-error.ts'
import type { Session } from './session.ts'
import type { Timing } from './timing.ts'
import { createWatchdog } from './watchdog.ts'

/** What opens sockets: a browser's `WebSocket`, or one like it. */
export type SocketClass = new (url: string, protocol: string) => globalThis.WebSocket

/** What a line needs. */
export interface LineOptions {
  readonly url: string
  readonly WebSocket: SocketClass
  readonly timing: Timing
  readonly session: Session
}

/** What a line tells. */
export interface LineListener {
  /** It is open, and the server knows who the caller is. */
  onReady(): void
  onFrame(frame: ServerFrame): void
  /** It is over. Called once, and not after `cut`. */
  onEnd(code: number): void
}

/** A socket. */
export interface Line {
  /** The token that was sent last. */
  token(): string | undefined
  send(frame: ClientFrame): void
  /** Asks for a sign of life now. */
  probe(): void
  /** Ends it at once; nothing is told any more. */
  cut(): void
}

/** The subprotocol of our frames. */
const PROTOCOL = 'holdfast.v1'
/** The id of our `Authenticate`; those of others are above. */
const AUTHENTICATE_ID = 0
/** As a browser reports a socket that broke (RFC 6455 §7.1.5). */
const BROKEN = 1006

/** Opens a socket for whoever has the token. */
export function openLine(
  { url, WebSocket, timing: { clock }, session }: LineOptions,
  listener: LineListener,
  opening: string | undefined,
): Line {
  const socket = new WebSocket(url, PROTOCOL)
  const pace = createPace(clock, (text) => socket.send(text))
  const ask = (): void => send({ type: 'Ping' })
  const breakOff = (): void => end(BROKEN)
  const watchdog = createWatchdog({ clock, ask, onSilent: breakOff })
  let token = opening
  let isReady = false
  let isOver = false
  let hasRenewed = false

  function cut(): void {
    isOver = true
    watchdog.stop()
    pace.close()
    socket.close()
  }

  function end(code: number): void {
    if (isOver) return
    cut()
    listener.onEnd(code)
  }

  function send(frame: ClientFrame): void {
    if (!isOver) pace.send(JSON.stringify(frame))
  }

  function ready(): void {
    hasRenewed = false
    if (isReady) return
    isReady = true
    watchdog.start()
    listener.onReady()
  }

  function authenticate(fresh: string): void {
    token = fresh
    send({ type: 'Authenticate', id: AUTHENTICATE_ID, payload: { token: fresh } })
  }

  /** Brings another token than the one that ends or was refused. */
  async function renew(): Promise<void> {
    try {
      const fresh = token === undefined ? undefined : await session.renew(token)
      if (!isOver && fresh !== undefined) authenticate(fresh)
    } catch (error) {
      // In use it is good for a while yet, and the server tells when it is not.
      if (!isReady || !isPassing(error)) breakOff()
    }
  }

  function answered({ type, status }: ServerFrame): void {
    if (type === 'Authenticated') {
      ready()
    } else if (status === 401 && !hasRenewed) {
      hasRenewed = true
      void renew()
    } else breakOff()
  }

  socket.onopen = () => {
    if (token === undefined) ready()
    else authenticate(token)
  }
  socket.onmessage = ({ data }: { readonly data: unknown }) => {
    const frame = parseFrame(data)
    if (frame === undefined || isOver) return
    watchdog.heard()
    if (frame.id === AUTHENTICATE_ID) answered(frame)
    else if (frame.type === 'Expiring') void renew()
    else listener.onFrame(frame)
  }
  socket.onclose = ({ code }) => end(code)
  return { token: () => token, send, probe: watchdog.probe, cut }
}
