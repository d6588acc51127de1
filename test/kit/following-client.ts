/** A subscriber that keeps what it may see up to date through every fault: resumes, and reads its snapshot when it is told to. */
import { WebSocket } from 'ws'
import type { Told, ToldEvent } from './stream-history.ts'

/** A subscriber. Its owner stops it. */
export interface FollowingClient {
  readonly told: Told
  /** Cuts the connection at whatever frame is on its way. */
  cut(): void
  /** Reads nothing for a while. */
  pause(ms: number): void
  /** Resolves when it has everything up to a position of the log. */
  caughtUp(position: number): Promise<void>
  stop(): void
}

interface Cursor {
  readonly epoch: string
  readonly position: number
}

interface Frame {
  readonly type: string
  readonly op?: string
  readonly key?: string
  readonly cursor?: string
  readonly payload?: {
    readonly cursor?: string
    readonly recovered?: boolean
    readonly title?: string
  }
}

const RETRY_MS = 50
const PING_MS = 100

/** Follows the rooms that a person sees, by way of a balancer. */
export function followRooms(origin: string, person: string): FollowingClient {
  const view = new Map<string, string>()
  const connections: { since: number | undefined; events: ToldEvent[] }[] = []
  let cursor: Cursor | undefined
  let socket: WebSocket | undefined
  let isStopped = false
  /** Frames that came while a snapshot is read. */
  let held: Frame[] | undefined
  let watermark: Cursor | undefined

  function take(frame: Frame): void {
    const at = toCursor(frame.cursor)
    if (frame.type !== 'Event' || at === undefined) return
    const title = frame.payload?.title
    connections.at(-1)?.events.push({
      position: at.position,
      op: String(frame.op),
      key: String(frame.key),
      title,
    })
    // What the snapshot has already is dropped.
    if (cursor?.epoch === at.epoch && at.position <= cursor.position) return
    cursor = at
    if (title === undefined) view.delete(String(frame.key))
    else view.set(String(frame.key), title)
  }

  async function readSnapshot(own: WebSocket): Promise<void> {
    held = []
    while (own === socket && !isStopped) {
      const snapshot = await search(origin, person).catch(() => undefined)
      if (snapshot === undefined) {
        await wait(RETRY_MS)
        continue
      }
      if (own !== socket) return
      view.clear()
      for (const [key, title] of snapshot.rooms) view.set(key, title)
      cursor = snapshot.cursor
      const waiting = held
      held = undefined
      for (const frame of waiting) hear(own, frame)
      return
    }
  }

  function hear(own: WebSocket, frame: Frame): void {
    if (frame.type === 'Pong') {
      if (held === undefined) watermark = toCursor(frame.payload?.cursor)
    } else if (held !== undefined) held.push(frame)
    else if (frame.type === 'Resync') void readSnapshot(own)
    else if (frame.type === 'Subscribed') {
      const isWhole = frame.payload?.recovered === true && cursor !== undefined
      if (!isWhole) void readSnapshot(own)
    } else take(frame)
  }

  function connect(): void {
    if (isStopped) return
    const own = new WebSocket(`${origin.replace('http', 'ws')}/subscription`, {
      headers: { authorization: `Bearer ${person}` },
    })
    socket = own
    held = undefined
    watermark = undefined
    own.on('open', () => {
      connections.push({ since: cursor?.position, events: [] })
      const since = cursor === undefined ? {} : { since: toText(cursor) }
      own.send(JSON.stringify({ type: 'Subscribe', id: 1, payload: { channel: 'room', ...since } }))
    })
    own.on('message', (bytes: Buffer) => {
      if (own === socket) hear(own, JSON.parse(bytes.toString()) as Frame)
    })
    own.on('error', () => undefined)
    own.on('close', () => {
      if (own === socket) setTimeout(connect, RETRY_MS)
    })
  }

  connect()
  const ping = setInterval(() => {
    if (socket?.readyState === WebSocket.OPEN) socket.send('{"type":"Ping"}')
  }, PING_MS)
  return {
    told: { person, view, connections: connections },
    cut: () => socket?.terminate(),
    pause(ms) {
      const own = socket
      if (own?.readyState !== WebSocket.OPEN) return
      own.pause()
      setTimeout(() => own.resume(), ms)
    },
    async caughtUp(position) {
      while (held !== undefined || (watermark?.position ?? -1) < position) await wait(RETRY_MS)
    },
    stop() {
      isStopped = true
      clearInterval(ping)
      socket?.terminate()
    },
  }
}

async function search(origin: string, person: string) {
  const rooms = new Map<string, string>()
  const response = await fetch(`${origin}/actions/room-search?limit=100&cursor=true`, {
    headers: { authorization: `Bearer ${person}`, connection: 'close' },
    signal: AbortSignal.timeout(10_000),
  })
  if (!response.ok) throw new RangeError(`The snapshot: ${String(response.status)}`)
  const { results, cursor } = (await response.json()) as {
    readonly results: readonly { readonly key: string; readonly item: { readonly title: string } }[]
    readonly cursor: string
  }
  for (const { key, item } of results) rooms.set(key, item.title)
  return { rooms, cursor: toCursor(cursor) }
}

function toCursor(text: string | undefined): Cursor | undefined {
  const [epoch, position] = text?.split('-') ?? []
  return epoch === undefined || position === undefined
    ? undefined
    : { epoch, position: Number(position) }
}

function toText({ epoch, position }: Cursor): string {
  return `${epoch}-${String(position)}`
}

function wait(ms: number): Promise<void> {
  return new Promise((resolve) => setTimeout(resolve, ms))
}
