/** Readers that are slow, or never read, cost little and hold up nobody. */
import { setFlagsFromString } from 'node:v8'
import { runInNewContext } from 'node:vm'
import t from 'tap'
import { cardCreated } from '../../kit/cards.ts'
import { rounds } from '../../kit/rounds.ts'
import { openSocketServer, type SocketServer } from '../../kit/socket-server.ts'

const MIB = 1_048_576
const TEXT = 'x'.repeat(4000)
const SUBSCRIBE = { type: 'Subscribe', payload: 'on_create_card' }

/** Lets sockets take and give what they can. */
const turn = (): Promise<void> => new Promise((resolve) => setImmediate(resolve))

/** Creates cards until the condition holds. @returns how many */
async function createUntil({ feed }: SocketServer, isDone: () => boolean): Promise<number> {
  let count = 0
  while (!isDone() && count < 200_000) {
    const batch = Array.from({ length: 20 }, () => cardCreated(`c${(count += 1)}`, { text: TEXT }))
    feed.commit(...batch)
    await turn()
  }
  return count
}

setFlagsFromString('--expose-gc')
const collect = runInNewContext('gc') as () => void

/** What the process uses, after letting go of what it can. */
function memory(): number {
  collect()
  const { heapUsed, external } = process.memoryUsage()
  return heapUsed + external
}

t.test('a client that stops reading is closed with 4508, and others get everything', async (t) => {
  const server = await openSocketServer({ limits: { closeSeconds: 5 } })
  t.teardown(() => server.app.close())
  const { client: slow } = await server.dial()
  const { client: other } = await server.dial()
  await slow.ask(SUBSCRIBE)
  await other.ask(SUBSCRIBE)
  const keys: unknown[] = []
  other.socket.on('message', (bytes: Buffer) => {
    keys.push((JSON.parse(bytes.toString()) as { readonly key: string }).key)
  })
  slow.socket.pause()
  const isClosing = (): boolean =>
    [...server.app.websocketServer.clients].some((one) => one.readyState !== one.OPEN)
  const count = await createUntil(server, isClosing)
  slow.socket.resume()
  t.equal(await slow.closed, 4508)
  t.match(slow.waiting[0], { key: 'c1' })
  // What it got is without a hole, so that it can resume from the last.
  t.same(
    slow.waiting.map(({ key }) => key),
    slow.waiting.map((_, index) => `c${index + 1}`),
  )
  t.ok(slow.waiting.length < count)
  while (keys.length < count) await turn()
  t.same(
    keys,
    Array.from({ length: count }, (_, index) => `c${index + 1}`),
  )
})

t.test('a slow client gets what it missed when it comes back', async (t) => {
  const server = await openSocketServer({ limits: { closeSeconds: 5, queueBytes: 65_536 } })
  t.teardown(() => server.app.close())
  const { client } = await server.dial()
  await client.ask(SUBSCRIBE)
  client.socket.pause()
  await createUntil(server, () =>
    [...server.app.websocketServer.clients].some((one) => one.readyState !== one.OPEN),
  )
  client.socket.resume()
  t.equal(await client.closed, 4508)
  const { position } = server.feed.position()
  // It had so much that the last thousand, four megabytes, are still to come: more than may wait at once.
  const since = `e1-${Math.max(0, position - 1000)}`
  const { client: back } = await server.dial()
  const payload = { channel: 'on_create_card', since }
  t.match(await back.ask({ type: 'Subscribe', payload }), { payload: { recovered: true } })
  for (let missed = Math.max(0, position - 1000) + 1; missed <= position; missed += 1) {
    const { cursor } = await back.next()
    if (cursor !== `e1-${missed}`) t.fail(`${String(cursor)} came in place of ${missed}`)
  }
  t.match(await back.ask({ type: 'Ping' }), { type: 'Pong', payload: { cursor: `e1-${position}` } })
})

t.test('clients that never read are cut, and cost the process little meanwhile', async (t) => {
  const count = rounds({ test: 200, soak: 1000 })
  const server = await openSocketServer({ limits: { closeSeconds: 1, socketsPerAddress: count } })
  t.teardown(() => server.app.close())
  for (let index = 0; index < count; index += 1) {
    const { client } = await server.dial()
    await client.ask(SUBSCRIBE)
    client.socket.pause()
    t.teardown(() => client.socket.terminate())
  }
  const { clients } = server.app.websocketServer
  const before = memory()
  const rssBefore = process.memoryUsage.rss()
  let most = 0
  let mostRss = 0
  let turns = 0
  await createUntil(server, () => {
    turns += 1
    if (turns % 25 === 0) {
      most = Math.max(most, memory() - before)
      mostRss = Math.max(mostRss, process.memoryUsage.rss() - rssBefore)
    }
    return clients.size === 0
  })
  t.equal(clients.size, 0)
  t.ok(most < (count / 1000) * 256 * MIB, `${(most / MIB).toFixed(1)} MiB in ${count} sockets`)
  t.ok(mostRss < 256 * MIB, `resident: ${(mostRss / MIB).toFixed(1)} MiB in ${count} sockets`)
  t.comment(`${(most / MIB).toFixed(1)} MiB used, ${(mostRss / MIB).toFixed(1)} MiB resident`)
})
