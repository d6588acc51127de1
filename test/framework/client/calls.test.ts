/** Tests calls.ts through a client, against a server under the hand of the test. */
import t from 'tap'
import { askedAgain, openScriptedClient } from '../../kit/scripted-client.ts'

t.test('a call is answered by its Result, with its tag, or its Error', async (t) => {
  const { server, client } = await openScriptedClient(t)
  const made = client.call('message_create', { item: { text: 'a' } }, { key: 'k' })
  const socket = await server.nextSocket()
  t.same(await socket.next(), {
    type: 'Call',
    id: 1,
    payload: { action: 'message_create', input: { item: { text: 'a' } }, key: 'k' },
  })
  socket.send({
    type: 'Result',
    id: 1,
    status: 201,
    etag: '"1"',
    payload: { key: 'a', item: { text: 'a' } },
  })
  t.match(await made, { key: 'a', etag: '"1"' })
  const refused = client.call('message_count', {})
  const { id } = await socket.next()
  const payload = { type: '/problems/forbidden', title: 'Not allowed', status: 403 }
  socket.send({ type: 'Error', id, status: 403, payload })
  await t.rejects(refused, { name: 'ProblemError', code: 'forbidden' })
})

t.test('when the socket breaks a call with a key is sent again, another is told', async (t) => {
  const { server, client } = await openScriptedClient(t)
  const safe = client.call('message_create', { item: { text: 'a' } }, { key: 'k' })
  const unsafe = client.call('message_delete', { key: 'a' })
  const socket = await server.nextSocket()
  await socket.next()
  await socket.next()
  socket.socket.close(4508)
  await t.rejects(unsafe, { name: 'ProblemError', status: 0, code: 'unavailable' })
  const next = await server.nextSocket()
  const frame = await next.next()
  t.match(frame, { type: 'Call', payload: { key: 'k' } })
  next.send({ type: 'Result', id: frame['id'], status: 201, payload: { key: 'a' } })
  t.match(await safe, { key: 'a' })
})

t.test(
  'a call with a key is sent again when the server says that it is away, after its wait',
  async (t) => {
    const scripted = await openScriptedClient(t)
    const { server, client } = scripted
    const safe = client.call('message_create', { item: { text: 'a' } }, { key: 'k' })
    const socket = await server.nextSocket()
    const { id } = await socket.next()
    const away = { type: 'Error', id, status: 503, retry_after: 2, payload: {} }
    const again = askedAgain(scripted, socket, { refusal: away, waitMs: 2_500 })
    t.match(await again, { type: 'Call', id, payload: { key: 'k' } })
    socket.send({ type: 'Result', id, status: 201, payload: { key: 'a' } })
    t.match(await safe, { key: 'a' })

    const unsafe = client.call('message_delete', { key: 'a' })
    const { id: next } = await socket.next()
    socket.send({ type: 'Error', id: next, status: 429, retry_after: 7, payload: {} })
    await t.rejects(unsafe, { name: 'ProblemError', status: 429, retryAfterMs: 7_000 })
    const late = client.call('message_create', { item: { text: 'b' } }, { key: 'l' })
    const { id: last } = await socket.next()
    socket.send({ type: 'Error', id: last, status: 503, retry_after: 60, payload: {} })
    await t.rejects(late, { name: 'ProblemError', status: 503, retryAfterMs: 60_000 })
  },
)

t.test('no more calls are in flight than the server takes', async (t) => {
  const { server, client } = await openScriptedClient(t)
  const calls = Array.from({ length: 20 }, () => client.call('message_count', {}))
  const socket = await server.nextSocket()
  const frames = []
  for (let count = 0; count < 16; count++) frames.push(await socket.next())
  t.same(socket.waiting, [])
  for (const { id } of frames)
    socket.send({ type: 'Result', id, status: 200, payload: { count: 1 } })
  for (let count = 0; count < 4; count++) {
    socket.send({
      type: 'Result',
      id: (await socket.next())['id'],
      status: 200,
      payload: { count: 1 },
    })
  }
  t.equal((await Promise.all(calls)).length, 20)
})

t.test('a call ends with its signal, its time and its client', async (t) => {
  const { server, client, clock } = await openScriptedClient(t)
  const controller = new AbortController()
  const aborted = client.call('message_count', {}, { signal: controller.signal })
  const late = client.call('message_count', {})
  const socket = await server.nextSocket()
  await socket.next()
  await socket.next()
  controller.abort()
  await t.rejects(aborted, { name: 'AbortError' })
  const refused = client.call('message_count', {}, { signal: controller.signal })
  await t.rejects(refused, { name: 'AbortError' })
  clock.advance(30_000)
  await t.rejects(late, { name: 'ProblemError', status: 0, detail: /in time/ })
  const closed = client.call('message_count', {})
  client.close()
  await t.rejects(closed, { name: 'ProblemError', title: 'The client is closed.' })
  t.equal(clock.size, 0)
})
