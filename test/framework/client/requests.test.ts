/** Tests requests.ts through a client, against a server under the hand of the test. */
import t from 'tap'
import { openScriptedClient, tokens } from '../../kit/scripted-client.ts'
import type { ScriptedAnswer } from '../../kit/scripted-server.ts'

const RESULT = { key: 'a', item: {}, updatable: true, deletable: true }

/** Answers by turns, the last again and again. */
function turns(...answers: readonly ScriptedAnswer[]): () => ScriptedAnswer {
  let turn = 0
  return () => answers[Math.min(turn++, answers.length - 1)] ?? {}
}

t.test(
  'reads and creates are sent again when the answer is lost or the server is away',
  async (t) => {
    const { server, client } = await openScriptedClient(t)
    const bad = [{ cut: true }, { status: 503 }, { status: 502, body: 'no JSON' }]
    server.answer = turns(...bad, { body: { count: 3 } })
    t.equal(await client.message.count(), 3)
    t.equal(server.requests.all.length, 4)
    server.answer = turns(...bad, { status: 201, body: RESULT, headers: { etag: '"1"' } })
    t.match(await client.message.create({ text: 'a' }), { key: 'a', etag: '"1"' })
    const keys = server.requests.all.slice(4).map(({ headers }) => headers['idempotency-key'])
    t.equal(keys.length, 4)
    t.equal(new Set(keys).size, 1, 'with one Idempotency-Key')
    t.match(keys[0], /^\d+(-\d+){3}$/)
  },
)

t.test('it gives up after some attempts', async (t) => {
  const { server, client, clock } = await openScriptedClient(t)
  server.answer = () => ({ cut: true })
  await t.rejects(client.message.count(), { name: 'ProblemError', code: 'unavailable', status: 0 })
  t.equal(server.requests.all.length, 5)
  t.equal(clock.size, 0)
})

t.test('a write without a condition is sent once; one with If-Match again', async (t) => {
  const { server, client } = await openScriptedClient(t)
  server.answer = () => ({ status: 503 })
  await t.rejects(client.message.update('a', { text: 'b' }), { name: 'ProblemError', status: 503 })
  await t.rejects(client.message.update('a', { text: 'b' }, { ifMatch: '*' }), {
    name: 'ProblemError',
    status: 503,
  })
  await t.rejects(client.message.delete('a'), { name: 'ProblemError', status: 503 })
  await t.rejects(client.actions.logout(), { name: 'ProblemError', status: 503 })
  await t.rejects(client.message.editBatch([]), { name: 'ProblemError', status: 503 })
  t.equal(server.requests.all.length, 5)
  server.answer = turns({ cut: true }, { body: RESULT })
  await client.message.update('a', { text: 'b' }, { ifMatch: '"1"' })
  t.equal(server.requests.all.length, 7)
  t.equal(server.requests.all[6]?.headers['if-match'], '"1"')
  server.answer = turns({ cut: true }, { status: 204 })
  await client.actions.logout({}, { idempotencyKey: 'k' })
  t.equal(server.requests.all.length, 9)
})

t.test('Retry-After is waited for, and told when it is too long', async (t) => {
  const { server, client, clock } = await openScriptedClient(t)
  server.answer = turns({ status: 503, headers: { 'retry-after': '2' } }, { body: { count: 1 } })
  const count = client.message.count()
  await server.requests.until((all) => all.length === 1)
  while (clock.size !== 1 || server.requests.all.length > 1) await new Promise(setImmediate)
  clock.advance(2_499)
  t.equal(server.requests.all.length, 1)
  clock.advance(30_000)
  t.equal(await count, 1)
  server.answer = () => ({ status: 503, headers: { 'retry-after': '120' } })
  await t.rejects(client.message.count(), { name: 'ProblemError', retryAfterMs: 120_000 })
})

t.test('a refused token is renewed once for all requests, which are then sent again', async (t) => {
  const { server, client } = await openScriptedClient(t)
  let refreshes = 0
  server.answer = ({ line, headers }) => {
    if (line === 'POST /actions/login') return { body: tokens('1') }
    if (line === 'POST /actions/refresh') return { body: tokens(String(++refreshes + 1)) }
    const isGood = headers.authorization === 'Bearer access-2'
    return isGood
      ? { body: { count: 1 } }
      : { status: 401, body: { type: '/problems/unauthenticated' } }
  }
  await client.login('tim', 'secret')
  t.same(await Promise.all([1, 2, 3].map(() => client.message.count())), [1, 1, 1])
  t.equal(refreshes, 1)
  server.answer = () => ({ status: 401, body: { type: '/problems/unauthenticated' } })
  await t.rejects(client.message.count(), { name: 'ProblemError', code: 'unauthenticated' })
  t.equal(client.isLoggedIn(), false)
})

t.test('a request is called off by its signal, and by closing the client', async (t) => {
  const { server, client, clock } = await openScriptedClient(t)
  server.answer = () => new Promise(() => undefined)
  const controller = new AbortController()
  const aborted = client.message.count({}, { signal: controller.signal })
  await server.requests.until((all) => all.length === 1)
  controller.abort()
  await t.rejects(aborted, { name: 'AbortError' })
  const closed = client.message.count()
  await server.requests.until((all) => all.length === 2)
  client.close()
  await t.rejects(closed, { name: 'AbortError' })
  t.equal(clock.size, 0)
})

t.test('an answer that does not come in time is lost', async (t) => {
  const { server, client, clock } = await openScriptedClient(t)
  server.answer = () => new Promise(() => undefined)
  const late = client.message.update('a', {})
  await server.requests.until((all) => all.length === 1)
  clock.advance(30_000)
  await t.rejects(late, { name: 'ProblemError', status: 0, detail: /in time/ })
})
