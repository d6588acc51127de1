/** Tests line.ts; connection.test.ts tests it further, through a client. */
import t from 'tap'
import { openLine } from '../../../framework/client/line.ts'
import { unreachable } from '../../../framework/client/problem-error.ts'
import { createSession, memoryStorage } from '../../../framework/client/session.ts'
import { createManualClock } from '../../kit/manual-clock.ts'
import { openScriptedServer } from '../../kit/scripted-server.ts'

const ANSWER = { access_token: 'a', refresh_token: 'r', expires_in: 900 }

t.test('a renewal that fails for the moment does not end a socket that is in use', async (t) => {
  const server = await openScriptedServer(t)
  const timing = { clock: createManualClock(), random: () => 0 }
  const asked = Promise.withResolvers()
  const session = createSession({
    timing,
    storage: memoryStorage(),
    isShared: false,
    name: 'tokens',
    onLoggedOut: () => t.fail(),
    trade: async () => {
      asked.resolve(undefined)
      throw unreachable('Away.')
    },
  })
  session.start(ANSWER)
  const frames: unknown[] = []
  const ended = Promise.withResolvers<number>()
  const options = { url: server.url.replace('http', 'ws'), WebSocket, timing, session }
  const line = openLine(
    options,
    {
      onReady: () => line.send({ type: 'Call', id: 1 }),
      onFrame: (frame) => frames.push(frame),
      onEnd: ended.resolve,
    },
    'a',
  )
  const socket = await server.nextSocket()
  await socket.next()
  t.same(await socket.ask({ type: 'Authenticated', id: 0 }), { type: 'Call', id: 1 })
  socket.send({ type: 'Expiring' }, 'no frame')
  await asked.promise
  socket.send({ type: 'Result', id: 1 })
  socket.socket.close(1012)
  t.equal(await ended.promise, 1012)
  t.same(frames, [{ type: 'Result', id: 1 }])
  t.equal(line.token(), 'a')
  line.cut()
  t.equal(timing.clock.size, 0)
})

t.test('a token of somebody else, or one refused twice, ends it', async (t) => {
  const server = await openScriptedServer(t)
  const timing = { clock: createManualClock(), random: () => 0 }
  const session = createSession({
    timing,
    storage: memoryStorage(),
    isShared: false,
    name: 'tokens',
    onLoggedOut: () => t.fail(),
    trade: async () => ANSWER,
  })
  session.start(ANSWER)
  const options = { url: server.url.replace('http', 'ws'), WebSocket, timing, session }
  for (const statuses of [[403], [401, 401]]) {
    const ended = Promise.withResolvers<number>()
    openLine(
      options,
      { onReady: () => t.fail(), onFrame: () => t.fail(), onEnd: ended.resolve },
      'a',
    )
    const socket = await server.nextSocket()
    for (const status of statuses) {
      await socket.next()
      socket.send({ type: 'Error', id: 0, status, payload: {} })
    }
    t.equal(await ended.promise, 1006)
  }
})
