/** Tests tapped-socket.ts: what is told of a socket, and when. */
import { once } from 'node:events'
import type { Socket } from 'node:net'
import t from 'tap'
import { WebSocketServer } from 'ws'
import { tappedSocket } from '../../../../app/web/logic/tapped-socket.ts'

t.test('that a socket can be used is told once, and so is that it can’t any more', async (t) => {
  const server = new WebSocketServer({ port: 0, host: '127.0.0.1' })
  t.teardown(() => server.close())
  await once(server, 'listening')
  const { port } = server.address() as { port: number }
  const told: string[] = []
  const Tapped = tappedSocket({
    onFrame: (direction, text) => void told.push(`${direction} ${text}`),
    onOpen: () => void told.push('open'),
    onClose: () => void told.push('close'),
  })

  const accepted = once(server, 'connection')
  const socket = new Tapped(`ws://127.0.0.1:${port}`)
  const [peer, request] = (await accepted) as [WebSocket, { socket: Socket }]
  await once(socket, 'open')
  socket.send('one')
  peer.send('two')
  await once(socket, 'message')
  request.socket.pause() // It does not hear the farewell.
  socket.close()
  const said = ['open', 'sent one', 'received two', 'close']
  t.same(told, said, 'the end is told before it is agreed upon')
  const closed = once(socket, 'close')
  request.socket.destroy()
  await closed
  t.same(told, said)

  const never = new Tapped('ws://127.0.0.1:1')
  await once(never, 'close')
  t.same(told, said, 'one that never was open is not told of')
})
