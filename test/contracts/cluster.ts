/**
 * What messengers on one database promise, one or three, by whatever bus: whoever writes, dies or is cut off, all subscribers get
 * one stream, and what is revoked on one is revoked on all.
 */
import { Client } from 'pg'
import type { Test } from 'tap'
import { startCluster, type Cluster } from '../kit/cluster.ts'
import { createGathering, type Gathering } from '../kit/gathering.ts'
import type { MessengerClient, MessengerProcess } from '../kit/messenger-process.ts'
import { rounds } from '../kit/rounds.ts'
import type { Frame, SocketClient } from '../kit/socket-client.ts'

const ROUNDS = rounds({ test: 6, soak: 100 })
/** What is told by the bus comes within this, also on a machine that is busy. What is found by looking takes longer, as a rule. */
const SOON_MS = 300
/** By the log alone: everybody looks twice a second. */
const BY_LOG_MS = 5_000
const REVOKED_MS = 1_000

/** A kind of bus, and how it is lost and had again. */
export interface ClusterKind {
  readonly busUrl: string
  /** How the bus is lost; it makes it come back. Undefined: there is one process, and nothing to lose. */
  readonly lose?: (databaseUrl: string) => Promise<() => void>
}

interface Stream {
  readonly client: SocketClient
  readonly events: Gathering<Frame>
}

/** Gathers the events of messages whose texts begin so: there may be others on their way. */
async function subscribe(
  t: Test,
  at: MessengerClient,
  { prefix, since }: { readonly prefix: string; readonly since?: string | undefined },
): Promise<Stream> {
  const client = await at.connect()
  const payload = { channel: 'on_create_message', ...(since !== undefined && { since }) }
  const subscribed = await client.ask({ type: 'Subscribe', payload })
  t.match(subscribed, { type: 'Subscribed', payload: { recovered: true } })
  const events = createGathering<Frame>()
  const read = async (): Promise<void> => {
    for (;;) {
      const event = await client.next()
      if (textsOf([event])[0]?.startsWith(prefix) === true) events.add(event)
    }
  }
  read().catch(() => undefined) // its end is that of the socket
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

/** The session that a token belongs to. */
function sessionOf(token: string): string {
  const [, claims = ''] = token.split('.')
  return (JSON.parse(Buffer.from(claims, 'base64url').toString()) as { readonly sid: string }).sid
}

/** Asks on a connection of its own. */
export async function askServer(url: string, text: string): Promise<readonly unknown[]> {
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

/** Starts a cluster, and adds the suite. For a run with a server. */
export async function testCluster(t: Test, kind: ClusterKind): Promise<void> {
  const { busUrl, lose } = kind
  const cluster = await startCluster(t, lose === undefined ? 1 : 3, { BUS_URL: busUrl })
  const { processes, balanced, env } = cluster
  const [one] = processes
  if (one === undefined) return
  const admin = await balanced.login()
  const subscribeAll = (t: Test, prefix: string): Promise<readonly Stream[]> =>
    Promise.all(processes.map((process) => subscribe(t, process, { prefix })))
  const isSame = (t: Test, streams: readonly Stream[]): void => {
    for (const { events } of streams) t.same(events.all, streams[0]?.events.all)
  }

  await t.test('each subscriber gets the same stream, whoever writes', async (t) => {
    const streams = await subscribeAll(t, 'all')
    const texts = Array.from({ length: 60 }, (_, at) => `all ${String(at)}`)
    await Promise.all(texts.map((text) => write(t, balanced, admin, text)))
    await Promise.all(streams.map(({ events }) => events.until(isTold(...texts))))
    isSame(t, streams)
    t.equal(streams[0]?.events.all.length, texts.length)
  })

  await t.test(
    'a session that is ended on one process ends its tokens and sockets on all',
    async (t) => {
      const ends = ['POST /actions/logout', 'DELETE /actions/session/{key}']
      for (const [own, end] of processes.flatMap((own) => ends.map((end) => [own, end] as const))) {
        const as = await own.login()
        for (const other of processes) await write(t, other, as, 'before')
        const sockets = await Promise.all(processes.map((other) => other.connect(as)))
        const [method = '', path = ''] = end.replace('{key}', sessionOf(as)).split(' ')
        t.equal((await own.send(method, path, { as })).status, 204)
        const start = performance.now()
        t.same(new Set(await Promise.all(sockets.map(({ closed }) => closed))), new Set([4401]))
        t.ok(performance.now() - start < REVOKED_MS)
        for (const other of processes) {
          const json = { item: { text: 'after' } }
          let { status } = await other.send('POST', '/actions/message', { as, json })
          while (status === 201) ({ status } = await other.send('POST', '/actions/message', { as, json })) // prettier-ignore
          t.equal(status, 401)
        }
        t.ok(performance.now() - start < REVOKED_MS)
      }
    },
  )

  await t.test(
    'who is blocked on one process is refused on all, and back when unblocked',
    async (t) => {
      const json = { username: 'tim', password: 'a quiet green lamp' }
      const made = await one.send('POST', '/actions/sign-up', { json })
      const { key } = (await made.json()) as { readonly key: string }
      for (const own of processes) {
        const as = await own.login(json)
        for (const other of processes) await write(t, other, as, 'before')
        const sockets = await Promise.all(processes.map((other) => other.connect(as)))
        const block = (blocked: boolean) =>
          own.send('PATCH', `/actions/user/${key}`, { as: admin, json: { item: { blocked } } })
        t.equal((await block(true)).status, 200)
        const start = performance.now()
        t.same(new Set(await Promise.all(sockets.map(({ closed }) => closed))), new Set([4401]))
        t.ok(performance.now() - start < REVOKED_MS)
        for (const other of processes) {
          t.equal((await other.send('POST', '/actions/login', { json })).status, 403)
          t.equal((await other.send('GET', '/actions/message-count', { as })).status, 401)
        }
        t.equal((await block(false)).status, 200)
      }
    },
  )

  await t.test(
    'who comes back on another process misses nothing, and gets nothing twice',
    async (t) => {
      const prefix = 'moved'
      const steady = await subscribe(t, one, { prefix })
      let isOver = false
      const isWriting = (): boolean => !isOver
      const writing = (async () => {
        let number = 0
        for (; isWriting(); number += 1) await write(t, balanced, admin, `moved ${String(number)}`)
        return number
      })()
      const seen: Frame[] = []
      let since: string | undefined
      for (let round = 0; round < ROUNDS; round += 1) {
        const process = processes[(round + 1) % processes.length] ?? one
        const { client, events } = await subscribe(t, process, { prefix, since })
        const part = [...(await events.until((all) => all.length >= 5 + (round % 4)))]
        client.socket.terminate()
        seen.push(...part)
        since = String(part.at(-1)?.['cursor'])
      }
      isOver = true
      const last = `moved ${String((await writing) - 1)}`
      const { events } = await subscribe(t, balanced, { prefix, since })
      await events.until((all) => isTold(last)([...seen, ...all]))
      seen.push(...events.all)
      await steady.events.until(isTold(last))
      const start = steady.events.all.findIndex(({ cursor }) => cursor === seen[0]?.['cursor'])
      t.same(seen, steady.events.all.slice(start))
    },
  )

  if (lose === undefined) return
  await t.test(
    'without the bus events come by the log, and soon again when it is back',
    async (t) => {
      const streams = await subscribeAll(t, 'bus')
      const timed = async (text: string): Promise<number> => {
        const start = performance.now()
        await write(t, one, admin, text)
        await Promise.all(streams.map(({ events }) => events.until(isTold(text))))
        return performance.now() - start
      }
      const restore = await lose(String(env['DATABASE_URL']))
      for (let count = 0; count < 5; count += 1) {
        const time = await timed(`bus lost ${String(count)}`)
        t.ok(time < BY_LOG_MS, `${String(time)} ms by the log`)
      }
      t.equal((await balanced.send('GET', '/actions/message-search?limit=1')).status, 200)
      restore()
      let [soon, count] = [0, 0]
      while (soon < 5) {
        count += 1
        soon = (await timed(`bus back ${String(count)}`)) < SOON_MS ? soon + 1 : 0
      }
      t.pass(`soon after ${String(count)} events`)
      isSame(t, streams)
    },
  )

  await t.test('when the leader is killed another takes over, and nothing is lost', async (t) => {
    let leader = await leaderOf(cluster)
    while (leader === undefined) leader = await leaderOf(cluster)
    const others = processes.filter((process) => process !== leader)
    const streams = await Promise.all(others.map((process) => subscribe(t, process, { prefix: 'kill' }))) // prettier-ignore
    const texts = Array.from({ length: 40 }, (_, at) => `kill ${String(at)}`)
    for (const [at, text] of texts.entries()) {
      if (at === 10) leader.child.kill('SIGKILL')
      const writer = others[at % others.length]
      if (writer !== undefined) await write(t, writer, admin, text)
    }
    await Promise.all(streams.map(({ events }) => events.until(isTold(...texts))))
    for (const { events } of streams) t.same(textsOf(events.all), texts)
    let next = await leaderOf(cluster)
    while (next === undefined || next === leader) next = await leaderOf(cluster)
    t.ok(others.includes(next))
    t.equal((await balanced.send('GET', '/readyz')).status, 200, 'the balancer finds the others')
    for (const process of others) t.equal((await process.end('SIGTERM')).code, 0)
  })
}
