/** A process with many sockets that listen: publishes, and measures until everybody has heard of it. */

import { randomBytes } from 'node:crypto'
import { request } from 'node:http'
import { connect, type Socket } from 'node:net'

/** What the process is told, once. */
export interface ListenersPlan {
  readonly port: number
  readonly sockets: number
  /** Sent by each socket when it is open, and answered by one frame; undefined: nothing is. */
  readonly subscribe: string | undefined
  readonly publish: {
    readonly path: string
    readonly headers: Readonly<Record<string, string>>
    readonly body: string
  }
}

/** What it measured in one slice. */
export interface Heard {
  readonly deliveries: number
  readonly seconds: number
  readonly p50Ms: number
  readonly p99Ms: number
}

/** Most sockets from one address: servers limit them. */
const PER_ADDRESS = 500
/** Events that are on their way at a time: enough to keep either server busy, since one that rests pays for waking its readers. */
const IN_FLIGHT = 12
/** Every so many sockets one tells when it has heard. */
const SAMPLE_EVERY = 10
/** Opcodes of frames (RFC 6455 §11.8). */
const TEXT = 1
const PING = 9
/** A masked Pong without payload: who never answers a Ping is taken for dead. */
const PONG = Buffer.from([0x8a, 0x80, 0, 0, 0, 0])
/** How many sockets are opened at a time. */
const OPENING = 50

process.once('message', (plan: ListenersPlan) => void main(plan))

async function main(plan: ListenersPlan): Promise<void> {
  const listeners = createListeners(plan)
  await listeners.open()
  process.on('message', (message: { readonly seconds: number } | 'end') => {
    if (message === 'end') process.exit()
    void listeners.run(message.seconds).then((heard) => process.send?.(heard))
  })
  process.send?.('open')
}

/** Half a measurement is none. */
function fail(error: unknown): never {
  throw error
}

function createListeners(plan: ListenersPlan) {
  /** When each event was published, from the first one that not everybody has heard of. */
  let publishedAt: number[] = []
  let firstEvent = 0
  let deliveries = 0
  let latencies: number[] = []
  let wake: () => void = () => undefined
  const heardOf = new Int32Array(plan.sockets)
  let waitingFor = plan.sockets

  function hear(index: number): void {
    const event = heardOf[index] ?? 0
    heardOf[index] = event + 1
    deliveries += 1
    if (index % SAMPLE_EVERY === 0) {
      latencies.push(performance.now() - (publishedAt[event - firstEvent] ?? 0))
    }
    if (event !== firstEvent) return
    waitingFor -= 1
    if (waitingFor > 0) return
    firstEvent += 1
    publishedAt.shift()
    waitingFor = heardOf.reduce((count, next) => count + (next <= firstEvent ? 1 : 0), 0)
    wake()
  }

  async function publish(): Promise<void> {
    publishedAt = [...publishedAt, performance.now()]
    const { path, headers, body } = plan.publish
    const { promise, resolve, reject } = Promise.withResolvers<undefined>()
    const call = request({ port: plan.port, host: '127.0.0.1', method: 'POST', path, headers })
    call.on('response', (answer) => {
      answer.resume()
      answer.on('end', () => resolve(undefined))
      if (answer.statusCode !== 201) reject(new Error(`Publishing: ${answer.statusCode}`))
    })
    call.on('error', reject)
    call.end(body)
    await promise
  }

  return {
    async open(): Promise<void> {
      const left = Array.from({ length: plan.sockets }, (_, index) => index)
      const openSome = async (): Promise<void> => {
        for (let index = left.pop(); index !== undefined; index = left.pop()) {
          await openSocket(plan, index, hear)
        }
      }
      await Promise.all(Array.from({ length: OPENING }, openSome))
    },
    async run(seconds: number): Promise<Heard> {
      deliveries = 0
      latencies = []
      const start = performance.now()
      let published = firstEvent
      while (performance.now() - start < seconds * 1000 || firstEvent < published) {
        const isOver = performance.now() - start >= seconds * 1000
        if (!isOver && published - firstEvent < IN_FLIGHT) {
          published += 1
          publish().catch(fail)
        } else if (firstEvent < published) {
          await new Promise<void>((resolve) => (wake = resolve))
        }
      }
      const sorted = latencies.toSorted((one, other) => one - other)
      const at = (part: number): number => sorted[Math.floor(part * sorted.length)] ?? NaN
      const took = (performance.now() - start) / 1000
      return { deliveries, seconds: took, p50Ms: at(0.5), p99Ms: at(0.99) }
    },
  }
}

/** Speaks just as much of RFC 6455 as counting frames takes. Resolves when the socket listens. */
function openSocket(
  { port, subscribe }: ListenersPlan,
  index: number,
  hear: (index: number) => void,
): Promise<undefined> {
  const { promise, resolve, reject } = Promise.withResolvers<undefined>()
  const localAddress = `127.0.0.${String(2 + Math.floor(index / PER_ADDRESS))}`
  const socket = connect({ port, host: '127.0.0.1', localAddress, noDelay: true })
  let unanswered = subscribe === undefined ? 0 : 1
  let isOpen = false
  let rest: Buffer = Buffer.alloc(0)
  socket.on('error', reject)
  socket.on('close', () => fail(new Error('A listener was cut off.')))
  socket.on('connect', () => {
    const key = randomBytes(16).toString('base64')
    socket.write(
      `GET /subscription HTTP/1.1\r\nHost: 127.0.0.1:${String(port)}\r\nUpgrade: websocket\r\nConnection: Upgrade\r\nSec-WebSocket-Version: 13\r\nSec-WebSocket-Key: ${key}\r\n\r\n`,
    )
  })
  socket.on('data', (bytes: Buffer) => {
    rest = rest.length === 0 ? bytes : Buffer.concat([rest, bytes])
    if (!isOpen) {
      const end = rest.indexOf('\r\n\r\n')
      if (end === -1) return
      if (!rest.toString('latin1', 0, 12).endsWith('101')) reject(new Error(rest.toString('utf8')))
      rest = rest.subarray(end + 4)
      isOpen = true
      if (subscribe === undefined) resolve(undefined)
      else sendText(socket, subscribe)
    }
    for (let size = frameSize(rest); size > 0 && size <= rest.length; size = frameSize(rest)) {
      const kind = (rest[0] ?? 0) & 0x0f
      rest = rest.subarray(size)
      if (kind === PING) socket.write(PONG)
      if (kind !== TEXT) continue
      if (unanswered > 0) {
        unanswered -= 1
        resolve(undefined)
      } else hear(index)
    }
  })
  return promise
}

/** Bytes of the frame that begins here; 0: its head is not there whole. */
function frameSize(bytes: Buffer): number {
  if (bytes.length < 2) return 0
  const length = (bytes[1] ?? 0) & 0x7f
  if (length < 126) return 2 + length
  return bytes.length < 4 ? 0 : 4 + bytes.readUInt16BE(2)
}

/** A masked text frame; a mask of zeros leaves the text as it is. */
function sendText(socket: Socket, text: string): void {
  const payload = Buffer.from(text)
  const isShort = payload.length < 126
  const head = Buffer.alloc(isShort ? 6 : 8)
  head.writeUInt8(0x81)
  head.writeUInt8(0x80 | (isShort ? payload.length : 126), 1)
  if (!isShort) head.writeUInt16BE(payload.length, 2)
  socket.write(Buffer.concat([head, payload]))
}
