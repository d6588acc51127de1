/**
 * Three messengers on one database, by each kind of bus: whoever writes, dies or is cut off, all subscribers get one stream, and
 * what is revoked on one is revoked on all.
 */
import { Client } from 'pg'
import t, { type Test } from 'tap'
import { startCluster, type Cluster } from '../kit/cluster.ts'
import { SERVER_URL } from '../kit/database.ts'
import { createGathering, type Gathering } from '../kit/gathering.ts'
import type { MessengerClient, MessengerProcess } from '../kit/messenger-process.ts'
import { NO_BROKER, rabbitmqUrl, startBrokerProxy } from '../kit/rabbitmq.ts'
import { rounds } from '../kit/rounds.ts'
import type { Frame, SocketClient } from '../kit/socket-client.ts'

const ROUNDS = rounds({ test: 6, soak: 100 })
/** What is told by the bus comes within this, also on a machine that is busy. What is found by looking takes longer, as a rule. */
const SOON_MS = 300
/** By the log alone: everybody looks twice a second. */
const BY_LOG_MS = 5_000
const REVOKED_MS = 1_000

/** A kind of bus, and how it is lost and had again. */
interface Kind {
  readonly busUrl: string
  /** @returns makes it come back */
  lose(databaseUrl: string): Promise<() => void>
}

interface Stream {
  readonly client: SocketClient
  readonly events: Gathering<Frame>
}

async function subscribe(t: Test, at: MessengerClient, since?: string): Promise<Stream> {
  const client = await at.connect()
  const payload = { channel: 'on_create_message', ...(since !== undefined && { since }) }
  const subscribed = await client.ask({ type: 'Subscribe', payload })
  t.match(subscribed, { type: 'Subscribed', payload: { recovered: true } })
  const events = createGathering<Frame>()
  const read = async (): Promise<void> => {
    for (;;) events.add(await client.next())
  }
  void read()
  return { client, events }
}

async function write(t: Test, at: MessengerClient, as: string, text: string): Promise<void> {
  const { status } = await at.send('POST', '/actions/message', { as, json: { item: { text } } })
  t.equal(status, 201, text)
}

const textsOf = (events: readonly Frame[]): readonly string[] =>
  events.map(({ payload }) => (payload as { readonly text: string }).text)
const isTold =
  (...texts: readonly string[]) =>
  (events: readonly Frame[]): boolean => {
    const told = new Set(textsOf(events))
    return texts.every((text) => told.has(text))
  }

async function askServer(url: string, text: string): Promise<readonly unknown[]> {
  const client = new Client({ connectionString: url })
  await client.connect()
  const { rows } = await client.query<unknown[]>({ text, rowMode: 'array' })
  await client.end()
  return rows.map(([cell]) => cell)
}

/** The process whose session holds the lock; undefined between two. */
async function leaderOf({ processes, env }: Cluster): Promise<MessengerProcess | undefined> {
  const [name] = await askServer(
    String(env['DATABASE_URL']),
    `select application_name from pg_stat_activity join pg_locks using (pid)
      where locktype = 'advisory' and granted and datname = current_database()`,
  )
  return processes.find(({ child }) => String(name).endsWith(` ${String(child.pid)}`))
}

function testCluster(t: Test, kind: Kind): void {
  t.test('each subscriber gets the same stream, whoever writes', async (t) => {
    const { processes, balanced } = await startCluster(t, 3, { BUS_URL: kind.busUrl })
    const as = await balanced.login()
    const streams = await Promise.all(processes.map((one) => subscribe(t, one)))
    const texts = Array.from({ length: 60 }, (_, at) => `text ${String(at)}`)
    await Promise.all(texts.map((text) => write(t, balanced, as, text)))
    await Promise.all(streams.map(({ events }) => events.until(isTold(...texts))))
    const [first] = streams.map(({ events }) => events.all)
    for (const { events } of streams) t.same(events.all, first)
    t.equal(first?.length, texts.length)
  })

  t.test('when the leader is killed another takes over, and nothing is lost', async (t) => {
    const cluster = await startCluster(t, 3, { BUS_URL: kind.busUrl })
    const leader = await leaderOf(cluster)
    t.ok(leader, 'somebody leads')
    const others = cluster.processes.filter((one) => one !== leader)
    const as = await cluster.balanced.login()
    const streams = await Promise.all(others.map((one) => subscribe(t, one)))
    const texts = Array.from({ length: 40 }, (_, at) => `text ${String(at)}`)
    for (const [at, text] of texts.entries()) {
      if (at === 10) leader?.child.kill('SIGKILL')
      const writer = others[at % others.length]
      if (writer !== undefined) await write(t, writer, as, text)
    }
    await Promise.all(streams.map(({ events }) => events.until(isTold(...texts))))
    for (const { events } of streams) t.same(textsOf(events.all), texts)
    let next = await leaderOf(cluster)
    while (next === undefined) next = await leaderOf(cluster)
    t.ok(others.includes(next))
  })

  t.test('without the bus events come by the log, and soon again when it is back', async (t) => {
    const { processes, env } = await startCluster(t, 3, { BUS_URL: kind.busUrl })
    const [one, two] = processes
    if (one === undefined || two === undefined) return
    const as = await one.login()
    const streams = await Promise.all(processes.map((process) => subscribe(t, process)))
    const timed = async (text: string): Promise<number> => {
      const start = performance.now()
      await write(t, one, as, text)
      await Promise.all(streams.map(({ events }) => events.until(isTold(text))))
      return performance.now() - start
    }
    const restore = await kind.lose(String(env['DATABASE_URL']))
    for (let count = 0; count < 5; count += 1) {
      const time = await timed(`lost ${String(count)}`)
      t.ok(time < BY_LOG_MS, `${String(time)} ms by the log`)
    }
    t.equal((await two.send('GET', '/actions/message-search?limit=1')).status, 200)
    restore()
    let [soon, count] = [0, 0]
    while (soon < 5) {
      count += 1
      soon = (await timed(`back ${String(count)}`)) < SOON_MS ? soon + 1 : 0
    }
    t.pass(`soon after ${String(count)} events`)
    const [first] = streams.map(({ events }) => events.all)
    for (const { events } of streams) t.same(events.all, first)
    await Promise.all(processes.map((process) => process.end('SIGTERM')))
    for (const { ended } of processes) t.equal((await ended).code, 0)
  })

  t.test('a logout on one process ends the tokens of its session on all', async (t) => {
    const { processes, balanced } = await startCluster(t, 3, { BUS_URL: kind.busUrl })
    for (const one of processes) {
      const as = await one.login()
      for (const other of processes) await write(t, other, as, 'before')
      t.equal((await one.send('POST', '/actions/logout', { as })).status, 204)
      const start = performance.now()
      for (const other of processes) {
        const json = { item: { text: 'after' } }
        let { status } = await other.send('POST', '/actions/message', { as, json })
        while (status === 201) ({ status } = await other.send('POST', '/actions/message', { as, json })) // prettier-ignore
        t.equal(status, 401)
      }
      t.ok(performance.now() - start < REVOKED_MS)
    }
    t.equal((await balanced.send('GET', '/readyz')).status, 200)
  })

  t.test('who comes back on another process misses nothing, and gets nothing twice', async (t) => {
    const { processes, balanced } = await startCluster(t, 3, { BUS_URL: kind.busUrl })
    const as = await balanced.login()
    const [first] = processes
    if (first === undefined) return
    const steady = await subscribe(t, first)
    let isOver = false
    const isWriting = (): boolean => !isOver
    const writing = (async () => {
      let number = 0
      for (; isWriting(); number += 1) await write(t, balanced, as, `text ${String(number)}`)
      return number
    })()
    const seen: Frame[] = []
    let since: string | undefined
    for (let round = 0; round < ROUNDS; round += 1) {
      const process = processes[(round + 1) % processes.length] ?? first
      const { client, events } = await subscribe(t, process, since)
      const part = [...(await events.until((all) => all.length >= 5 + (round % 4)))]
      client.socket.terminate()
      seen.push(...part)
      since = String(part.at(-1)?.['cursor'])
    }
    isOver = true
    const last = `text ${String((await writing) - 1)}`
    const { events } = await subscribe(t, balanced, since)
    await events.until((all) => isTold(last)([...seen, ...all]))
    seen.push(...events.all)
    await steady.events.until(isTold(last))
    const start = steady.events.all.findIndex(({ cursor }) => cursor === seen[0]?.['cursor'])
    t.same(seen, steady.events.all.slice(start))
  })
}

if (SERVER_URL === undefined)
  t.test('a server', { skip: 'DATABASE_URL is not set' }, () => undefined)
else {
  testCluster(t, {
    busUrl: 'postgres',
    // It comes back by itself at once; what was told meanwhile is lost.
    async lose(databaseUrl) {
      const cut = `select pg_terminate_backend(pid) from pg_stat_activity
        where application_name like 'holdfast session%' and datname = current_database()`
      await askServer(databaseUrl, cut)
      return () => undefined
    },
  })
  if ((await rabbitmqUrl()) === undefined) t.test('RabbitMQ', { skip: NO_BROKER }, () => undefined)
  else {
    const proxy = await startBrokerProxy(t)
    testCluster(t, {
      busUrl: proxy.url,
      lose() {
        proxy.shut()
        return Promise.resolve(proxy.open)
      },
    })
  }

  t.test('a broker that is not there does not stop the start, and is told of once', async (t) => {
    const { processes } = await startCluster(t, 2, { BUS_URL: 'amqp://guest:guest@127.0.0.1:1' })
    const [one, two] = processes
    if (one === undefined || two === undefined) return
    const as = await one.login()
    const { events } = await subscribe(t, two)
    for (const text of ['a', 'b']) {
      await write(t, one, as, text)
      await events.until(isTold(text))
    }
    const { code, stderr } = await two.end('SIGTERM')
    t.equal(code, 0)
    t.equal(stderr.split('\n').length, 1)
    t.match(stderr, /The bus is away; events come by the log/)
  })
}
