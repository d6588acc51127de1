/** Frames are written as RFC 6455 has them, once for all who get the same. */
import { once } from 'node:events'
import type { IncomingMessage } from 'node:http'
import type { AddressInfo } from 'node:net'
import { PassThrough, Writable } from 'node:stream'
import t from 'tap'
import type { WebSocket } from '@fastify/websocket'
import { WebSocket as Client, WebSocketServer } from 'ws'
import {
  createFramer,
  createFrameStream,
  toTextFrame,
} from '../../../framework/socket/frame-stream.ts'
import { createWriteTurn, type WriteTurn } from '../../../framework/socket/write-turn.ts'

t.test('a text of any length is read back as it was', async (t) => {
  const server = new WebSocketServer({ port: 0, host: '127.0.0.1' })
  await once(server, 'listening')
  const { port } = server.address() as AddressInfo
  const opened = once(server, 'connection') as Promise<[WebSocket, IncomingMessage]>
  const client = new Client(`ws://127.0.0.1:${String(port)}`)
  t.teardown(() => {
    client.terminate()
    server.close()
  })
  const [socket, { socket: stream }] = await opened
  const frames = createFrameStream(socket, stream, createWriteTurn())
  for (const length of [0, 1, 62, 63, 32_767, 32_768, 100_000]) {
    const text = 'é'.repeat(length)
    const read = once(client, 'message') as Promise<[Buffer, boolean]>
    frames.write(toTextFrame(Buffer.from(text)))
    const [bytes, isBinary] = await read
    t.equal(bytes.toString() === text, true, String(length))
    t.equal(isBinary, false)
  }
  const pong = once(client, 'ping')
  socket.ping()
  await pong
  t.pass('what ws sends itself goes between')
})

t.test('what goes to many is framed once', (t) => {
  const toFrame = createFramer()
  const [one, other] = [Buffer.from('one'), Buffer.from('other')]
  const frame = toFrame(one)
  t.equal(toFrame(one), frame)
  t.not(toFrame(other), frame)
  t.same(toFrame(one), frame)
  t.end()
})

t.test('a stream tells when it is full, and when it has room again', async (t) => {
  const stream = new PassThrough({ writableHighWaterMark: 10, readableHighWaterMark: 10 })
  const socket: { readyState: WebSocket['readyState'] } = { readyState: 1 }
  const frames = createFrameStream(socket, stream, createWriteTurn())
  const room = new Promise<void>((resolve) => frames.onRoom(resolve))
  t.equal(frames.isOpen(), true)
  t.equal(frames.hasRoom(), true)
  for (let index = 0; index < 4; index += 1) {
    frames.write(Buffer.alloc(8))
    frames.flush()
  }
  t.equal(frames.hasRoom(), false)
  t.ok(frames.heldBytes() > 0)
  stream.resume()
  await room
  t.equal(frames.hasRoom(), true)
  socket.readyState = 2
  t.equal(frames.isOpen(), false)
})

const nextTurn = (): Promise<void> => new Promise((resolve) => setImmediate(resolve))

/** A stream that only remembers what was written to it, and its frames. */
function openFrames(turn: WriteTurn) {
  const written: Buffer[] = []
  const stream = new Writable({
    write(chunk: Buffer, _encoding, done) {
      written.push(chunk)
      done()
    },
  })
  const socket: { readyState: WebSocket['readyState'] } = { readyState: 1 }
  const frames = createFrameStream(socket, stream, turn)
  return { written, socket, frames }
}

t.test(
  'what one turn sends is written once, as the same bytes to all who get the same',
  async (t) => {
    const turn = createWriteTurn()
    const [one, other, third] = [openFrames(turn), openFrames(turn), openFrames(turn)]
    const [a, b, c] = [Buffer.from('a'), Buffer.from('bb'), Buffer.from('ccc')]
    for (const { frames } of [one, other]) for (const frame of [a, b, c]) frames.write(frame)
    for (const frame of [a, c]) third.frames.write(frame)
    t.same([one.written, third.written], [[], []])
    t.equal(one.frames.heldBytes(), 6)
    await nextTurn()
    t.same(one.written.map(String), ['abbccc'])
    t.equal(other.written[0], one.written[0])
    t.same(third.written.map(String), ['accc'])
    one.frames.write(b)
    await nextTurn()
    t.equal(one.written[1], b, 'one frame alone is not copied')
  },
)

t.test('much is written at once, and what has gathered before the socket closes', (t) => {
  const { written, socket, frames } = openFrames(createWriteTurn())
  frames.write(Buffer.alloc(10_000))
  t.equal(written.length, 0)
  frames.write(Buffer.alloc(10_000))
  t.equal(written[0]?.length, 20_000)
  frames.write(Buffer.from('last'))
  frames.flush()
  t.equal(String(written[1]), 'last')
  frames.write(Buffer.from('late'))
  socket.readyState = 2
  frames.flush()
  t.equal(written.length, 2, 'nothing comes after the close')
  t.end()
})
