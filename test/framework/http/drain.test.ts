/** That a server ends without losing a request, and in bounded time. */
import { once } from 'node:events'
import { createServer, type Server } from 'node:http'
import { connect, type AddressInfo, type Socket } from 'node:net'
import Fastify from 'fastify'
import t, { type Test } from 'tap'
import { drainBeforeClose, type DrainLimits } from '../../../framework/http/drain.ts'

/** So long that a test which waits for it fails. */
const NEVER_MS = 600_000
const HALF_BODY =
  'POST / HTTP/1.1\r\nHost: x\r\nContent-Type: text/plain\r\nContent-Length: 9\r\n\r\nabc'

async function open(t: Test, limits: DrainLimits) {
  const app = Fastify({ return503OnClosing: false })
  drainBeforeClose(app, limits)
  const { promise: held, resolve: release } = Promise.withResolvers<undefined>()
  const { promise: isUnderWay, resolve: enter } = Promise.withResolvers<undefined>()
  app.get('/', async () => 'quick')
  app.post('/', async () => 'taken')
  app.get('/slow', () => {
    enter(undefined)
    return held.then(() => 'slow')
  })
  await app.listen({ host: '127.0.0.1', port: 0 })
  const connection = () => connectTo(t, app.server)
  return {
    app,
    connection,
    release: () => release(undefined),
    isUnderWay,
    async isClosing() {
      const { send, hears } = connection()
      send('GET /')
      await hears('connection: close')
    },
  }
}

function connectTo(t: Test, server: Server): Connection {
  const { port } = server.address() as AddressInfo
  const socket = connect(port, '127.0.0.1')
  t.teardown(() => socket.destroy())
  const closed = once(socket, 'close')
  let text = ''
  socket.on('data', (bytes: Buffer) => (text += bytes.toString()))
  return {
    socket,
    closed,
    send: (head) => socket.write(`${head} HTTP/1.1\r\nHost: x\r\n\r\n`),
    async hears(part) {
      while (!text.includes(part)) await once(socket, 'data')
      return text
    },
  }
}

interface Connection {
  readonly socket: Socket
  readonly closed: Promise<unknown>
  readonly send: (head: string) => void
  readonly hears: (part: string) => Promise<string>
}

t.test('a request under way is answered, and its connection told to close', async (t) => {
  const { app, connection, release, isUnderWay, isClosing } = await open(t, {
    graceMs: NEVER_MS,
    limitMs: NEVER_MS,
  })
  const { send, hears, closed } = connection()
  send('GET /slow')
  await isUnderWay
  const closing = app.close()
  await isClosing()
  release()
  t.match(await hears('slow'), /connection: close/i)
  await closed
  await closing
})

t.test('what arrives on an idle connection after the end began is answered', async (t) => {
  const { app, connection } = await open(t, { graceMs: NEVER_MS, limitMs: NEVER_MS })
  const { send, hears, closed } = connection()
  send('GET /')
  t.match(await hears('quick'), /connection: keep-alive/i)
  const closing = app.close()
  send('GET /?again')
  t.match(await hears('connection: close'), /200 OK[^]+200 OK/)
  await closed
  await closing
})

t.test('an idle connection on which nothing comes is closed after the grace', async (t) => {
  const { app, connection } = await open(t, { graceMs: 1, limitMs: NEVER_MS })
  const { send, hears, closed } = connection()
  send('GET /')
  await hears('quick')
  await app.close()
  await closed
})

t.test('a request that never comes whole, and an answer that never comes, are cut', async (t) => {
  const { app, connection, isUnderWay } = await open(t, { graceMs: 1, limitMs: 10 })
  const [halfHead, halfBody, waiting] = [connection(), connection(), connection()]
  halfHead.socket.write('GET / HT')
  halfBody.socket.write(HALF_BODY)
  waiting.send('GET /slow')
  await isUnderWay
  await app.close()
  await Promise.all([halfHead.closed, halfBody.closed, waiting.closed])
})

t.test('what another server of the same app has under way is waited for, and cut', async (t) => {
  const { app, release, isUnderWay } = await open(t, { graceMs: 1, limitMs: 500 })
  // As Fastify makes one for each further address of localhost, and closes it unwaited.
  const second = createServer((request, reply) => app.routing(request, reply)).listen(0)
  await once(second, 'listening')
  app.server.on('close', () => second.close())
  const [slow, halfBody] = [connectTo(t, second), connectTo(t, second)]
  slow.send('GET /slow')
  halfBody.socket.write(HALF_BODY)
  await isUnderWay
  const closing = app.close()
  await once(app.server, 'close')
  release()
  t.match(await slow.hears('slow'), /200 OK/)
  await closing
  await halfBody.closed
})

t.test('a server without connections ends at once', async (t) => {
  const { app } = await open(t, { graceMs: NEVER_MS, limitMs: NEVER_MS })
  t.equal((await app.inject('/')).body, 'quick')
  await app.close()
})
