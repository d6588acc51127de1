/** Frames are written as RFC 6455 has them, once for all who get the same. */
import { once } from 'node:events'
import type { IncomingMessage } from 'node:http'
import type { AddressInfo } from 'node:net'
import { PassThrough } from 'node:stream'
import t from 'tap'
import type { WebSocket } from '@fastify/websocket'
import { WebSocket as Client, WebSocketServer } from 'ws'
import {
  createFramer,
  createFrameStream,
  toTextFrame,
} from '../../../framework/socket/frame-stream.ts'

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
  const frames = createFrameStream(socket, stream)
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
  const frames = createFrameStream(socket, stream)
  const room = new Promise<void>((resolve) => frames.onRoom(resolve))
  t.equal(frames.isOpen(), true)
  t.equal(frames.hasRoom(), true)
  for (let index = 0; index < 4; index += 1) frames.write(Buffer.alloc(8))
  t.equal(frames.hasRoom(), false)
  t.ok(frames.heldBytes() > 0)
  stream.resume()
  await room
  t.equal(frames.hasRoom(), true)
  socket.readyState = 2
  t.equal(frames.isOpen(), false)
})
