/** The yardstick of fan-out: a `ws` server that writes one ready frame to every socket, and knows nothing else. */

import { createServer } from 'node:http'
import type { Socket } from 'node:net'
import { WebSocketServer } from 'ws'

const { PORT = '' } = process.env

const sockets = new Set<Socket>()
const server = createServer((request, response) => {
  if (request.method !== 'POST') {
    response.end('{"status":"ready"}')
    return
  }
  const chunks: Buffer[] = []
  request.on('data', (chunk: Buffer) => chunks.push(chunk))
  request.on('end', () => {
    const frame = toFrame(Buffer.concat(chunks))
    for (const socket of sockets) socket.write(frame)
    response.writeHead(201).end()
  })
})
const websockets = new WebSocketServer({ server, perMessageDeflate: false, clientTracking: false })
websockets.on('connection', (_websocket, { socket }) => {
  sockets.add(socket)
  socket.on('close', () => sockets.delete(socket))
})
process.once('SIGTERM', () => {
  for (const socket of sockets) socket.destroy()
  server.close()
})
server.listen(Number(PORT), '127.0.0.1')

/** A text frame of at most 65,535 bytes (RFC 6455 §5.2). */
function toFrame(payload: Buffer): Buffer {
  const head = Buffer.alloc(4)
  head.writeUInt8(0x81)
  head.writeUInt8(126, 1)
  head.writeUInt16BE(payload.length, 2)
  return Buffer.concat([head, payload])
}
