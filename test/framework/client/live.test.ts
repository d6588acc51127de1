/** Tests live.ts through a client, against a server under the hand of the test. */
import t, { type Test } from 'tap'
import { messageOf, openScriptedClient, takeSubscribe } from '../../kit/scripted-client.ts'
import { createGathering } from '../../kit/gathering.ts'
import type { ScriptedServer } from '../../kit/scripted-server.ts'
import type { SocketClient } from '../../kit/socket-client.ts'

/** Answers searches with a page of these texts, whose keys they are. */
function pageOf(cursor: string, texts: readonly string[], next: string | null = null) {
  const results = texts.map((text) => ({ key: text, item: messageOf(text, text) }))
  return { body: { results, next_page_key: next, creatable: true, cursor } }
}

function event(socket: SocketClient, op: string, key: string, [cursor, text]: [string, string?]) {
  const payload = text === undefined ? {} : { payload: messageOf(key, text) }
  socket.send({ type: 'Event', id: 1, channel: 'message', op, key, cursor, ...payload })
}

async function openLive(t: Test, pages: (server: ScriptedServer) => void, limit?: number) {
  const scripted = await openScriptedClient(t)
  pages(scripted.server)
  const seen = createGathering<readonly string[]>()
  const ended = Promise.withResolvers<unknown>()
  const handle = scripted.client.message.live(
    {
      where: { text: { contains: 'x' } },
      order: 'text',
      ...(limit === undefined ? {} : { limit }),
    },
    (rows) => seen.add(rows.map(({ item }) => item.text)),
    { onError: ended.resolve },
  )
  /** Resolves when these are the rows. */
  const rows = (...texts: readonly string[]) =>
    seen.until((all) => all.at(-1)?.join() === texts.join())
  return { ...scripted, handle, seen, rows, ended: ended.promise }
}

t.test('rows are a snapshot, then every change of it, in their order', async (t) => {
  const { server, handle, rows, seen } = await openLive(t, (server) => {
    server.answer = () => pageOf('e-5', ['b', 'd'])
  })
  t.same(handle.rows, [])
  await rows('b', 'd')
  const line = server.requests.all[0]?.line ?? ''
  t.match(
    decodeURIComponent(line),
    'filter={"text":{"contains":"x"}}&search_order=text&limit=100&cursor=true',
  )
  const socket = await server.nextSocket()
  t.match(await takeSubscribe(socket, { cursor: 'e-5' }), {
    payload: { channel: 'message', filter: { text: { contains: 'x' } }, since: 'e-5' },
  })
  event(socket, 'create', 'c', ['e-6', 'c'])
  await rows('b', 'c', 'd')
  const before = handle.rows
  event(socket, 'update', 'b', ['e-7', 'e'])
  await rows('c', 'd', 'e')
  t.not(handle.rows, before, 'each change makes a new array')
  event(socket, 'delete', 'd', ['e-8'])
  await rows('c', 'e')
  const count = seen.all.length
  event(socket, 'create', 'z', ['e-7', 'z'])
  event(socket, 'update', 'c', ['e-8', 'gone by'])
  event(socket, 'create', 'a', ['e-9', 'a'])
  await rows('a', 'c', 'e')
  t.equal(seen.all.length, count + 1, 'what was seen is told once')
  handle.close()
  t.same(await socket.next(), { type: 'Unsubscribe', id: 1 })
})

t.test('events that come together are told together', async (t) => {
  const { server, rows, seen } = await openLive(t, (server) => {
    server.answer = () => pageOf('e-1', [])
  })
  await rows()
  const socket = await server.nextSocket()
  await takeSubscribe(socket)
  const frames = Array.from({ length: 50 }, (_, index) => String(index + 10))
  for (const key of frames) event(socket, 'create', key, [`e-${key}`, key])
  await rows(...frames)
  t.ok(seen.all.length < 50, `${seen.all.length} callbacks`)
})

t.test('it goes on from its cursor when the socket breaks', async (t) => {
  const { server, rows } = await openLive(t, (server) => {
    server.answer = () => pageOf('e-1', ['a'])
  })
  const socket = await server.nextSocket()
  await takeSubscribe(socket)
  event(socket, 'create', 'b', ['e-2', 'b'])
  await rows('a', 'b')
  socket.socket.close(4508)
  const next = await server.nextSocket()
  t.match(await takeSubscribe(next), { payload: { since: 'e-2' } })
  event(next, 'create', 'b', ['e-2', 'b'])
  event(next, 'create', 'c', ['e-3', 'c'])
  await rows('a', 'b', 'c')
  t.equal(server.requests.all.length, 1, 'the snapshot is read once')
})

t.test('Resync, and a gap that can’t be replayed, read the snapshot again', async (t) => {
  const { server, rows } = await openLive(t, (server) => {
    server.answer = () => pageOf('e-1', ['a', 'b'])
  })
  await rows('a', 'b')
  const socket = await server.nextSocket()
  await takeSubscribe(socket)
  server.answer = () => pageOf('e-9', ['b', 'c'])
  socket.send({ type: 'Resync', id: 1, channel: 'message' })
  await rows('b', 'c')
  event(socket, 'create', 'a', ['e-8', 'a'])
  event(socket, 'create', 'd', ['e-10', 'd'])
  await rows('b', 'c', 'd')
  socket.socket.close(1012)
  server.answer = () => pageOf('e-50', ['x'])
  await takeSubscribe(await server.nextSocket(), { cursor: 'e-40', recovered: false })
  await rows('x')
})

t.test('events that come while a snapshot is read wait for it', async (t) => {
  const reading = Promise.withResolvers<undefined>()
  const { server, rows, seen } = await openLive(t, (server) => {
    server.answer = () => pageOf('e-1', ['a'])
  })
  await rows('a')
  const socket = await server.nextSocket()
  await takeSubscribe(socket)
  const asked = server.requests.until((all) => all.length === 2)
  server.answer = async () => {
    await reading.promise
    return pageOf('e-5', ['m', 'n'])
  }
  socket.send({ type: 'Resync', id: 1, channel: 'message' })
  await asked
  event(socket, 'create', 'l', ['e-4', 'l'])
  event(socket, 'delete', 'n', ['e-6'])
  event(socket, 'create', 'o', ['e-7', 'o'])
  t.same(seen.all, [['a']])
  reading.resolve(undefined)
  await rows('m', 'o')
})

t.test('a snapshot of several pages knows how new each row is', async (t) => {
  const { server, rows, handle } = await openLive(t, (server) => {
    server.answer = ({ line }) =>
      line.includes('page_key=next') ? pageOf('e-7', ['c']) : pageOf('e-3', ['a', 'b'], 'next')
  })
  await rows('a', 'b', 'c')
  const socket = await server.nextSocket()
  t.match(await takeSubscribe(socket), { payload: { since: 'e-3' } })
  event(socket, 'update', 'c', ['e-6', 'old'])
  event(socket, 'update', 'a', ['e-7', 'aa'])
  await rows('aa', 'b', 'c')
  t.equal(handle.rows[2]?.key, 'c')
})

t.test('with a limit the first rows are kept, and more are read when too many go', async (t) => {
  const letters = Array.from('abcdefghijklmnopqrstuvw')
  const { server, rows } = await openLive(
    t,
    (server) => {
      server.answer = () => pageOf('e-1', letters.slice(0, 22), 'more')
    },
    2,
  )
  await rows('a', 'b')
  t.match(server.requests.all[0]?.line, 'limit=22')
  const socket = await server.nextSocket()
  await takeSubscribe(socket)
  event(socket, 'create', 'aa', ['e-2', 'aa'])
  await rows('a', 'aa')
  event(socket, 'create', 'zz', ['e-3', 'zz'])
  server.answer = () => pageOf('e-30', ['y', 'z'])
  letters.slice(0, 21).forEach((key, index) => event(socket, 'delete', key, [`e-${index + 4}`]))
  await rows('y', 'z')
  t.equal(server.requests.all.length, 2)
})

t.test('what the server forbids ends it; what passes does not', async (t) => {
  let isAway = true
  const { server, rows, ended, handle } = await openLive(t, (server) => {
    server.answer = () => (isAway ? { status: 503, body: {} } : pageOf('e-1', ['a']))
  })
  await server.requests.until((all) => all.length > 6)
  isAway = false
  await rows('a')
  const socket = await server.nextSocket()
  await takeSubscribe(socket)
  socket.send({ type: 'Unsubscribed', id: 1, channel: 'message', payload: { reason: 'forbidden' } })
  t.match(await ended, { name: 'ProblemError', code: 'forbidden' })
  t.equal(handle.rows.length, 1, 'the rows stay as they were')

  const refused = await openLive(t, (server) => {
    server.answer = () => ({ status: 400, body: { type: '/problems/invalid', title: 'Invalid' } })
  })
  t.match(await refused.ended, { code: 'invalid' })
})

t.test('another caller sees a snapshot of its own', async (t) => {
  const { server, client, rows } = await openLive(t, (server) => {
    server.answer = ({ headers }) => pageOf('e-1', [headers.authorization ?? 'nobody'])
  })
  await rows('nobody')
  await takeSubscribe(await server.nextSocket())
  const { answer } = server
  server.answer = (request) =>
    request.line === 'POST /actions/login'
      ? { body: { access_token: 'me', refresh_token: 'r', expires_in: 900 } }
      : answer(request)
  await client.login('tim', 'secret')
  const socket = await server.nextSocket()
  await socket.next()
  socket.send({ type: 'Authenticated', id: 0 })
  await takeSubscribe(socket)
  await rows('Bearer me')
})

t.test('closing the client ends it without an error', async (t) => {
  const { client, clock, handle, errors, rows } = await openLive(t, (server) => {
    server.answer = () => pageOf('e-1', ['a'])
  })
  await rows('a')
  client.close()
  t.equal(clock.size, 0)
  t.same(errors, [])
  t.equal(handle.rows.length, 1)
})
