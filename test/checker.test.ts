/**
 * Three servers on one database, writers that commit and roll back, subscribers that come and go, and faults drawn by a seed. What each
 * subscriber got is held against the log. `CHECKER_SEED=…` draws the same faults again.
 */
import { fork, type ChildProcess } from 'node:child_process'
import { once } from 'node:events'
import { createServer, type AddressInfo } from 'node:net'
import { Client } from 'pg'
import t, { type Test } from 'tap'
import { createServerDatabase, SERVER_URL } from './kit/database.ts'
import { followRooms, type FollowingClient } from './kit/following-client.ts'
import { rounds } from './kit/rounds.ts'
import { numberedId } from './kit/stores.ts'
import { breachesOf, type History, type Logged } from './kit/stream-history.ts'
import { startTcpProxy } from './kit/tcp-proxy.ts'

const ROUNDS = rounds({ test: 15, soak: 400 })
const CHAT_SERVER = new URL('kit/chat-server.ts', import.meta.url)
const OWNER = numberedId(1)
const PEOPLE = [2, 3, 4].map(numberedId)
const ROOMS = [11, 12, 13].map(numberedId)

/** Mulberry32: small, and the same everywhere. */
function createRandom(seed: number): (below: number) => number {
  let state = seed
  return (below) => {
    state = (state + 0x6d2b79f5) | 0
    let mixed = Math.imul(state ^ (state >>> 15), 1 | state)
    mixed = (mixed + Math.imul(mixed ^ (mixed >>> 7), 61 | mixed)) ^ mixed
    return ((mixed ^ (mixed >>> 14)) >>> 0) % below
  }
}

async function freePort(): Promise<number> {
  const server = createServer().listen(0, '127.0.0.1')
  await once(server, 'listening')
  const { port } = server.address() as AddressInfo
  server.close()
  await once(server, 'close')
  return port
}

interface Servers {
  readonly origin: string
  /** Kills one with SIGKILL, and starts it again. */
  kill(index: number): Promise<void>
}

async function startServers(t: Test, databaseUrl: string, bus: string): Promise<Servers> {
  const ports = [await freePort(), await freePort(), await freePort()] as const
  const children: ChildProcess[] = []
  t.teardown(() => {
    for (const child of children) child.kill('SIGKILL')
  })
  const start = async (index: number): Promise<void> => {
    const env = { ...process.env, DATABASE_URL: databaseUrl, BUS: bus, PORT: String(ports[index]) }
    const child = fork(CHAT_SERVER, { env, stdio: ['ignore', 'ignore', 'inherit', 'ipc'] })
    children[index] = child
    await once(child, 'message')
  }
  // One makes the tables.
  for (const index of ports.keys()) await start(index)
  const targets = ports.map((port) => ({ host: '127.0.0.1', port }))
  const [first, ...others] = targets
  if (first === undefined) throw new RangeError('There is no server.')
  const { port } = await startTcpProxy(t, [first, ...others])
  return {
    origin: `http://127.0.0.1:${String(port)}`,
    async kill(index) {
      children[index]?.kill('SIGKILL')
      await start(index)
    },
  }
}

interface World {
  readonly sql: (text: string) => Promise<readonly Readonly<Record<string, unknown>>[]>
  readonly servers: Servers
  readonly followers: readonly FollowingClient[]
  readonly rolledBack: Set<string>
  readonly random: (below: number) => number
  written: number
}

type Fault = (world: World) => Promise<void>

const pick = <T>({ random }: World, things: readonly T[]): T => things[random(things.length)] as T
const cutSessions = (like: string): string =>
  `select pg_terminate_backend(pid) from pg_stat_activity
    where datname = current_database() and application_name like '${like}'`

const FAULTS: Readonly<Record<string, Fault>> = {
  async retitle(world) {
    const title = `title ${String((world.written += 1))}`
    await world.sql(`update room set title = '${title}' where id = '${pick(world, ROOMS)}'`)
  },
  async rollBack(world) {
    const title = `never ${String((world.written += 1))}`
    world.rolledBack.add(title)
    await world.sql(
      `begin; update room set title = '${title}' where id = '${pick(world, ROOMS)}'; rollback`,
    )
  },
  async retitleByRest(world) {
    const title = `rest ${String((world.written += 1))}`
    // It may fail while a server is killed: then the log tells whether it was done.
    await fetch(`${world.servers.origin}/actions/room/${pick(world, ROOMS)}`, {
      method: 'PATCH',
      headers: {
        authorization: `Bearer ${OWNER}`,
        'content-type': 'application/json',
        connection: 'close',
      },
      body: JSON.stringify({ item: { title } }),
      signal: AbortSignal.timeout(10_000),
    }).catch(() => undefined)
  },
  async giveMembership(world) {
    await world.sql(`insert into member (room_id, person_id, role)
      values ('${pick(world, ROOMS)}', '${pick(world, PEOPLE)}', 'guest') on conflict do nothing`)
  },
  async takeMembership(world) {
    const [room, person] = [pick(world, ROOMS), pick(world, PEOPLE)]
    await world.sql(`delete from member where room_id = '${room}' and person_id = '${person}'`)
  },
  async cutSocket(world) {
    pick(world, world.followers).cut()
    return Promise.resolve()
  },
  async pauseReader(world) {
    pick(world, world.followers).pause(100 + world.random(400))
    return Promise.resolve()
  },
  async killServer(world) {
    await world.servers.kill(world.random(3))
  },
  /** The leader, the bus, and what is under way. */
  async cutDatabase(world) {
    await world.sql(cutSessions('holdfast%'))
  },
  async cutBus(world) {
    await world.sql(cutSessions('holdfast session%'))
  },
}
/** How often each is drawn. */
const DRAWN: readonly (keyof typeof FAULTS)[] = [
  ...Array<string>(8).fill('retitle'),
  ...Array<string>(4).fill('retitleByRest'),
  ...Array<string>(3).fill('rollBack'),
  ...Array<string>(4).fill('giveMembership'),
  ...Array<string>(3).fill('takeMembership'),
  ...Array<string>(3).fill('cutSocket'),
  ...Array<string>(2).fill('pauseReader'),
  'killServer', 'cutDatabase', 'cutBus',
] // prettier-ignore

async function run(t: Test, bus: string, seed: number): Promise<void> {
  const databaseUrl = await createServerDatabase(t, String(SERVER_URL))
  const servers = await startServers(t, databaseUrl, bus)
  const client = new Client({ connectionString: databaseUrl, application_name: 'checker' })
  await client.connect()
  t.teardown(() => client.end())
  const sql: World['sql'] = async (text) => {
    const { rows } = await client.query<Record<string, unknown>>(text)
    return rows
  }
  await sql(`insert into person (id, name, admin, updated_at)
    values ${[OWNER, ...PEOPLE].map((id) => `('${id}', '${id.slice(-2)}', false, now())`).join()}`)
  await sql(`insert into room (id, title, owner_id)
    values ${ROOMS.map((id) => `('${id}', 'first', '${OWNER}')`).join()}`)
  const followers = [OWNER, ...PEOPLE].map((person) => followRooms(servers.origin, person))
  t.teardown(() => {
    for (const one of followers) one.stop()
  })
  const world: World = {
    sql,
    servers,
    followers,
    rolledBack: new Set(),
    random: createRandom(seed),
    written: 0,
  }
  for (let round = 0; round < ROUNDS; round += 1) {
    for (let count = 0; count < 8; count += 1) await FAULTS[pick(world, DRAWN)]?.(world)
  }
  const history = await historyOf(world)
  t.same(breachesOf(history), [], `seed ${String(seed)}`)
  const events = history.subscribers.flatMap(({ connections }) =>
    connections.flatMap((connection) => connection.events),
  )
  t.ok(events.length > ROUNDS, `${String(events.length)} events`)
}

/** Waits until everything has been told, and reads how it was. */
async function historyOf(world: World): Promise<History> {
  const { sql, followers, rolledBack } = world
  const isRelayed = async (): Promise<boolean> =>
    (await sql('select from holdfast_outbox limit 1')).length === 0
  while (!(await isRelayed()));
  const [feed] = await sql('select position::int as position from holdfast_feed')
  await Promise.all(followers.map((one) => one.caughtUp(Number(feed?.['position']))))
  const log = await sql('select position::int, resource, operation, before, after from holdfast_log order by position') // prettier-ignore
  const visible = new Map<string, ReadonlyMap<string, string>>()
  for (const person of [OWNER, ...PEOPLE]) {
    const rows = await sql(`select id, title from room where owner_id = '${person}'
      or exists (select from member where room_id = room.id and person_id = '${person}')`)
    visible.set(person, new Map(rows.map(({ id, title }) => [String(id), String(title)])))
  }
  return {
    log: log.map(toLogged),
    rolledBack,
    visible,
    owned: new Map([[OWNER, new Set(ROOMS)]]),
    subscribers: followers.map(({ told }) => told),
  }
}

function toLogged(row: Readonly<Record<string, unknown>>): Logged {
  const after = (row['after'] ?? row['before']) as Readonly<Record<string, string>>
  return {
    position: Number(row['position']),
    resource: String(row['resource']),
    operation: String(row['operation']),
    key: String(after['id']),
    title: after['title'],
    person: after['person_id'],
    room: after['room_id'],
  }
}

t.test('each breach of a promise is found', (t) => {
  const room = { resource: 'room', key: 'r', person: undefined, room: undefined }
  const member = { resource: 'member', key: 'm', title: undefined, person: 'p', room: 'r' }
  const log: readonly Logged[] = [
    { position: 1, operation: 'create', ...member },
    { position: 2, operation: 'update', title: 'a', ...room },
    { position: 3, operation: 'delete', ...member },
    { position: 4, operation: 'update', title: 'b', ...room },
  ]
  const told = (position: number, title = 'a') => ({ position, op: 'update', key: 'r', title })
  const historyWith = (events: readonly ReturnType<typeof told>[], title?: string): History => ({
    log,
    rolledBack: new Set(['never']),
    visible: new Map(),
    owned: new Map(),
    subscribers: [
      {
        person: 'p',
        connections: [{ since: 1, events }],
        view: new Map(title === undefined ? [] : [['r', title]]),
      },
    ],
  })
  t.same(breachesOf(historyWith([told(2)])), [])
  t.match(breachesOf(historyWith([told(2, 'never')])), [/rolled back/])
  t.match(breachesOf(historyWith([told(2, 'x')])), [/is told as x, and is a/])
  t.match(breachesOf(historyWith([{ ...told(2), key: 'q' }])), [/is another change/])
  t.match(breachesOf(historyWith([told(2), told(2)])), [/2 comes after 2/])
  t.match(breachesOf(historyWith([told(4, 'b')])), [/after its membership ended/])
  t.match(breachesOf(historyWith([], 'a')), [/has r as a/])
  t.end()
})

if (SERVER_URL === undefined) {
  t.test('a server', { skip: 'DATABASE_URL is not set' }, () => undefined)
} else {
  const seed = Number(process.env['CHECKER_SEED'] ?? Math.floor(Math.random() * 1e9))
  t.comment(`CHECKER_SEED=${String(seed)}`)
  t.test('every subscriber has seen what it may, in order, whatever broke', (t) =>
    run(t, 'postgres', seed),
  )
  t.test('without a bus too, when every server relays', (t) => run(t, '', seed + 1))
}
