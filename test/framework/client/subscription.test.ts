/** Tests subscription.ts through a client, against a server under the hand of the test. */
import t from 'tap'
import {
  askedAgain,
  messageOf,
  openScriptedClient,
  takeSubscribe,
} from '../../kit/scripted-client.ts'

const event = (cursor: string, key = 'a') => ({
  type: 'Event', id: 1, channel: 'message', op: 'create', key, cursor, payload: messageOf(key, key),
}) // prettier-ignore

t.test('each event is told once, also over a break', async (t) => {
  const { server, client } = await openScriptedClient(t)
  const events = client
    .channel('message', { ops: ['create'], where: { text: { eq: 'a' } } })
    [Symbol.asyncIterator]()
  const first = events.next()
  const socket = await server.nextSocket()
  t.match(await takeSubscribe(socket, { cursor: 'e-4' }), {
    payload: { channel: 'message', ops: ['create'], filter: { text: { eq: 'a' } } },
  })
  socket.send(event('e-4', 'seen'), event('e-5'), event('e-5'))
  t.match(await first, { value: { op: 'create', key: 'a', cursor: 'e-5', item: { text: 'a' } } })
  socket.socket.terminate()
  const next = await server.nextSocket()
  t.match(await takeSubscribe(next), { payload: { since: 'e-5' } })
  next.send(event('e-5'), event('e-6', 'b'))
  t.match(await events.next(), { value: { key: 'b' } })
})

t.test('a Pong tells how far a quiet one has come', async (t) => {
  const { server, client } = await openScriptedClient(t)
  client.channel('message').subscribe(() => undefined)
  const socket = await server.nextSocket()
  const { id } = await socket.next()
  socket.send({ type: 'Pong', payload: { cursor: 'e-99' } })
  const payload = { channel: 'message', cursor: 'e-1', recovered: true }
  socket.send({ type: 'Subscribed', id, payload }, { type: 'Pong', payload: { cursor: 'e-7' } })
  socket.socket.close(1012)
  t.match(await takeSubscribe(await server.nextSocket()), { payload: { since: 'e-7' } })
})

t.test('a server that is away for the moment is asked again; a refusal ends it', async (t) => {
  const scripted = await openScriptedClient(t)
  const { server, client } = scripted
  const ended = new Promise((onError) =>
    client.channel('message').subscribe(() => undefined, { onError }),
  )
  const socket = await server.nextSocket()
  const { id } = await socket.next()
  const away = { type: 'Error', id, status: 503, retry_after: 2, payload: {} }
  const again = askedAgain(scripted, socket, { refusal: away, waitMs: 2_500 })
  t.match(await again, { type: 'Subscribe', id }, 'after as long as it asks')
  socket.send({ type: 'Error', id, status: 404, payload: { type: '/problems/not_found' } })
  t.match(await ended, { code: 'not_found' })
})

t.test('the server ends it when it is forbidden or gone', async (t) => {
  for (const [reason, code] of [
    ['forbidden', 'forbidden'],
    ['gone', 'not_found'],
  ]) {
    const { server, client } = await openScriptedClient(t)
    const ended = new Promise((onError) =>
      client.channel('message').subscribe(() => undefined, { onError }),
    )
    const socket = await server.nextSocket()
    await takeSubscribe(socket)
    socket.send({ type: 'Unsubscribed', id: 1, channel: 'message', payload: { reason } })
    t.match(await ended, { name: 'ProblemError', code })
  }
})
