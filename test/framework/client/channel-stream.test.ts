/** Tests channel-stream.ts through a client, against a server under the hand of the test. */
import t from 'tap'
import { messageOf, openScriptedClient, takeSubscribe } from '../../kit/scripted-client.ts'

const event = (cursor: string) => ({
  type: 'Event', id: 1, channel: 'message', op: 'create', key: cursor, cursor, payload: messageOf(cursor, 'a'),
}) // prettier-ignore

t.test('leaving a loop ends its subscription', async (t) => {
  const { server, client } = await openScriptedClient(t)
  const keys: string[] = []
  const looped = (async () => {
    for await (const { key } of client.channel('message')) {
      keys.push(key)
      if (keys.length === 2) break
    }
  })()
  const socket = await server.nextSocket()
  await takeSubscribe(socket)
  socket.send(event('e-1'), event('e-2'), event('e-3'))
  await looped
  t.same(keys, ['e-1', 'e-2'])
  t.same(await socket.next(), { type: 'Unsubscribe', id: 1 })
})

t.test('a gap ends it with an error, unless the app takes it on', async (t) => {
  const { server, client } = await openScriptedClient(t)
  const next = client.channel('message', { since: 'e-1' })[Symbol.asyncIterator]().next()
  const socket = await server.nextSocket()
  await takeSubscribe(socket, { recovered: false })
  await t.rejects(next, { name: 'ProblemError', title: /missed/ })
  await socket.next()
  const gap = new Promise<void>((onGap) => {
    client.channel('message', { since: 'e-1', onGap }).subscribe(() => undefined)
  })
  await takeSubscribe(socket, { recovered: false })
  await gap
})

t.test('a listener that throws is reported, and goes on', async (t) => {
  const { server, client, errors } = await openScriptedClient(t)
  const heard = Promise.withResolvers<string>()
  client.channel('message').subscribe(({ cursor }) => {
    if (cursor === 'e-1') throw new RangeError('mine')
    heard.resolve(cursor)
  })
  const socket = await server.nextSocket()
  await takeSubscribe(socket)
  socket.send(event('e-1'), event('e-2'))
  t.equal(await heard.promise, 'e-2')
  t.match(errors, [{ message: 'mine' }])
})

t.test('a loop that is too slow is told, after what it has', async (t) => {
  const { server, client } = await openScriptedClient(t)
  const events = client.channel('message')[Symbol.asyncIterator]()
  const first = events.next()
  const socket = await server.nextSocket()
  await takeSubscribe(socket)
  socket.send(...Array.from({ length: 10_002 }, (_, index) => event(`e-${index + 1}`)))
  await first
  t.same(await socket.next(), { type: 'Unsubscribe', id: 1 })
  let taken = 1
  await t.rejects(
    async () => {
      while ((await events.next()).done !== true) taken++
    },
    { name: 'ProblemError', title: /too slow/ },
  )
  t.ok(taken >= 10_000, String(taken))
  t.match(await events.next(), { done: true })
})

t.test('closing the client ends loops without an error', async (t) => {
  const { server, client, errors } = await openScriptedClient(t)
  const next = client.channel('message')[Symbol.asyncIterator]().next()
  client.channel('message').subscribe(() => undefined)
  await server.nextSocket()
  client.close()
  t.match(await next, { done: true })
  t.same(errors, [])
})
