/** A server that stops takes its sockets with it, in bounded time. */
import { once } from 'node:events'
import { connect, type AddressInfo } from 'node:net'
import { PassThrough } from 'node:stream'
import t from 'tap'
import { closeSessions } from '../../../framework/socket/shutdown.ts'
import type { Session } from '../../../framework/socket/session.ts'
import { cardCreated, somebody } from '../../kit/cards.ts'
import { openSocketServer } from '../../kit/socket-server.ts'

t.test('every client is told that the server restarts', async (t) => {
  const { app, dial } = await openSocketServer()
  const clients = await Promise.all(Array.from({ length: 20 }, () => dial()))
  await app.close()
  const codes = await Promise.all(clients.map(({ client }) => client.closed))
  t.ok(codes.every((code) => code === 1012))
})

t.test('neither readers that never read nor upgrades under way hold up the end', async (t) => {
  const { app, dial, feed, verifier } = await openSocketServer({
    limits: { closeSeconds: 1 },
    callers: { 'a.b.c': somebody('ann') },
  })
  const dead = await Promise.all(Array.from({ length: 5 }, () => dial()))
  for (const { client } of dead) {
    await client.ask({ type: 'Subscribe', payload: 'on_create_card' })
    client.socket.pause()
  }
  const { client: live } = await dial()
  const served = [...app.websocketServer.clients]
  // As much as the system takes for them, and more that waits, yet less than closes them.
  while (!served.slice(0, 5).every(({ bufferedAmount }) => bufferedAmount > 0)) {
    feed.commit(cardCreated('c', { text: 'x'.repeat(50_000) }))
    await new Promise((settled) => setImmediate(settled))
  }
  t.ok(served.every(({ readyState, OPEN }) => readyState === OPEN))
  const { promise, resolve } = Promise.withResolvers<undefined>()
  const asked = new Promise((settled) => {
    verifier.beforeVerify = () => {
      settled(undefined)
      return promise
    }
  })
  const { port } = app.server.address() as AddressInfo
  const pending = connect(port, '127.0.0.1')
  pending.on('error', () => undefined).resume()
  const head =
    'host: a\r\nconnection: upgrade\r\nupgrade: websocket\r\nsec-websocket-version: 13\r\n'
  const key = 'sec-websocket-key: dGhlIHNhbXBsZSBub25jZQ==\r\nauthorization: Bearer a.b.c\r\n'
  pending.write(`GET /subscription HTTP/1.1\r\n${head}${key}\r\n`)
  await asked
  const begun = Date.now()
  const closed = app.close()
  const late = connect(port, '127.0.0.1')
  late.on('error', () => undefined).resume()
  late.write(`GET /subscription HTTP/1.1\r\n${head}${key}\r\n`)
  const lateEnd = new Promise((settled) => late.on('close', settled))
  const pendingEnd = once(pending, 'close')
  t.equal(await live.closed, 1012)
  resolve(undefined)
  await closed
  // As Fastify's listener on the other loopback address does, which closes last.
  const other = new PassThrough()
  app.server.emit('upgrade', {}, other, Buffer.alloc(0))
  t.ok(other.destroyed)
  t.ok(Date.now() - begun < 3000)
  t.equal(app.websocketServer.clients.size, 0)
  await Promise.all([lateEnd, pendingEnd])
  for (const { client } of dead) client.socket.terminate()
})

t.test('many closes are spread, so that not all clients come back at once', async (t) => {
  const closes: number[] = []
  const begun = performance.now()
  const sessions = Array.from({ length: 100 }, (): Session => {
    const { promise, resolve } = Promise.withResolvers<undefined>()
    const session: Session = {
      beat: () => undefined,
      recheck: () => undefined,
      hear: () => undefined,
      finish: async (code) => session.close(code),
      closed: promise,
      close(code) {
        if (code === 1012) closes.push(performance.now() - begun)
        resolve(undefined)
      },
    }
    return session
  })
  await closeSessions(new Set(sessions), { shutdownSeconds: 0.05, finishSeconds: 1 })
  t.equal(closes.length, 100)
  t.ok((closes.at(-1) ?? 0) - (closes[0] ?? 0) > 25, 'over most of the time that there is')
  await closeSessions(new Set(), { shutdownSeconds: 1, finishSeconds: 1 })
})
