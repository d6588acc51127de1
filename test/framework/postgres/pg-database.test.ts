/** A server that is away, goes away, hangs or will not do. */

import { once } from 'node:events'
import { connect, createServer, type AddressInfo, type Server, type Socket } from 'node:net'

import t, { type Test } from 'tap'

import { DeclarationError, UnavailableError } from '../../../framework/errors.ts'
import type { Database, Parameter } from '../../../framework/postgres/database.ts'
import { openPgDatabase, type PgDatabaseOptions } from '../../../framework/postgres/pg-database.ts'
import { OUTCOME_UNKNOWN } from '../../../framework/postgres/postgres-error.ts'
import { createServerDatabase, runOnServer, SERVER_URL } from '../../kit/database.ts'

async function open(
  t: Test,
  options: Pick<PgDatabaseOptions, 'url'> & Partial<PgDatabaseOptions>,
): Promise<Database> {
  const database = await openPgDatabase({ onError: () => undefined, ...options })
  t.teardown(() => database.close())
  return database
}

async function rows(database: Pick<Database, 'query'>, text: string, ...values: Parameter[]) {
  return (await database.query({ text, values })).rows
}

/** Listens on a free port of this machine until `t` ends. */
async function listen(t: Test, onConnection: (socket: Socket) => void): Promise<Server> {
  const server = createServer(onConnection)
  const sockets = new Set<Socket>()
  server.on('connection', (socket) => sockets.add(socket))
  server.listen(0, '127.0.0.1')
  await once(server, 'listening')
  t.teardown(() => {
    for (const socket of sockets) socket.destroy()
    server.close()
  })
  return server
}

const portOf = (server: Server): number => (server.address() as AddressInfo).port

/** Milliseconds until a promise is settled. */
async function timeOf(promise: Promise<unknown>): Promise<number> {
  const start = performance.now()
  await promise
  return performance.now() - start
}

t.test('a server that refuses is told at once', async (t) => {
  const server = await listen(t, () => undefined)
  const url = `postgres://nobody@127.0.0.1:${portOf(server)}/none`
  server.close()
  await once(server, 'close')
  t.ok((await timeOf(t.rejects(open(t, { url }), UnavailableError))) < 2_000)
})

t.test('a host that is not there is a matter of configuration', async (t) => {
  const url = 'postgres://nobody@host.invalid/none' // RFC 6761 §6.4: never found
  await t.rejects(open(t, { url }), {
    name: 'DeclarationError',
    message: /DATABASE_URL.*host\.invalid/,
  })
})

t.test('a server that takes a connection and says nothing is given up', async (t) => {
  const server = await listen(t, () => undefined)
  const url = `postgres://nobody@127.0.0.1:${portOf(server)}/none`
  const time = await timeOf(t.rejects(open(t, { url }), UnavailableError))
  t.ok(time > 1_900 && time < 4_000, `${time} ms`)
})

if (SERVER_URL !== undefined) addServerTests(SERVER_URL)

/** Passes bytes on to a server, until it is told to swallow them. */
async function startProxy(t: Test, target: URL) {
  let isSilent = false
  const server = await listen(t, (socket) => {
    const upstream = connect(Number(target.port === '' ? 5432 : target.port), target.hostname)
    const pass = (from: Socket, to: Socket): void => {
      from.on('data', (bytes) => {
        if (!isSilent) to.write(bytes)
      })
      from.on('error', () => to.destroy())
      from.on('close', () => to.destroy())
    }
    pass(socket, upstream)
    pass(upstream, socket)
  })
  const url = new URL(target)
  url.hostname = '127.0.0.1'
  url.port = String(portOf(server))
  return { url: url.href, setSilent: (value: boolean) => void (isSilent = value) }
}

function addServerTests(serverUrl: string): void {
  t.test('connections that the server ends cost one error each at most', async (t) => {
    const errors: Error[] = []
    const url = await createServerDatabase(t, serverUrl)
    const onError = (error: Error): void => void errors.push(error)
    const database = await open(t, { url, maxConnections: 3, onError })
    const end = `select pg_terminate_backend(pid) from pg_stat_activity
      where datname = current_database() and pid <> pg_backend_pid()`
    const sleeping = [1, 2, 3].map(() => rows(database, 'select pg_sleep(60)'))
    const ended = sleeping.map((promise) => t.rejects(promise, { message: OUTCOME_UNKNOWN }))
    await untilSleeping(url, 3)
    await runOnServer(url, end)
    await Promise.all(ended)
    t.same(await rows(database, 'select 1'), [[1]])

    await Promise.all([1, 2, 3].map(() => rows(database, 'select pg_sleep(0.01)')))
    await runOnServer(url, end)
    const after = await Promise.allSettled(
      Array.from({ length: 20 }, () => rows(database, 'select 1')),
    )
    t.ok(after.filter(({ status }) => status === 'rejected').length <= 3)
    t.same(await rows(database, 'select 1'), [[1]])
  })

  t.test('a database that takes no connections is away, and comes back', async (t) => {
    const url = await createServerDatabase(t, serverUrl)
    const name = new URL(url).pathname.slice(1)
    const database = await open(t, { url })
    await runOnServer(serverUrl, `alter database ${name} allow_connections false`)
    const end = `select pg_terminate_backend(pid, 5000) from pg_stat_activity where datname = '${name}'`
    await runOnServer(serverUrl, end)
    await t.rejects(
      database.transaction(() => Promise.resolve()),
      UnavailableError,
    )
    await t.rejects(rows(database, 'select 1'), UnavailableError)
    await runOnServer(serverUrl, `alter database ${name} allow_connections true`)
    t.same(await rows(database, 'select 1'), [[1]])
  })

  t.test('a lost COMMIT is not acknowledged, and the outcome is said to be open', async (t) => {
    const url = await createServerDatabase(t, serverUrl)
    const database = await open(t, { url })
    await database.script('create table a (id int)')
    const promise = database.transaction(async (transaction) => {
      await rows(transaction, 'insert into a values (1)')
      const [row] = await rows(transaction, 'select pg_backend_pid()')
      await runOnServer(url, `select pg_terminate_backend(${String(row?.[0])}, 5000)`)
    })
    await t.rejects(promise, UnavailableError)
    t.same(await rows(database, 'select id from a'), [])
  })

  t.test('limits end what takes too long, and the rest goes on', async (t) => {
    const url = await createServerDatabase(t, serverUrl)
    const proxy = await startProxy(t, new URL(url))
    const hanging = await open(t, { url: proxy.url, maxConnections: 1 })
    const slow = await open(t, { url })
    const waiting = await open(t, { url, maxConnections: 1 })
    await slow.script('create table a (id int)')
    proxy.setSilent(true)

    const [held, hold] = [Promise.withResolvers<unknown>(), Promise.withResolvers<unknown>()]
    const holder = slow.transaction(async (transaction) => {
      await rows(transaction, 'lock table a')
      held.resolve(undefined)
      await hold.promise
    })
    await held.promise
    const times = await Promise.all([
      timeOf(t.rejects(rows(hanging, 'select 1'), { message: OUTCOME_UNKNOWN })),
      timeOf(t.rejects(rows(slow, 'select pg_sleep(60)'), { message: /nothing was done/ })),
      timeOf(t.rejects(rows(slow, 'select * from a'), { message: /nothing was done/ })).finally(
        () => hold.resolve(undefined),
      ),
      t.rejects(rows(waiting, 'select pg_sleep(60)'), UnavailableError),
      timeOf(t.rejects(rows(waiting, 'select 1'), UnavailableError)),
    ])
    await holder
    const [hung, slept, locked, , waited] = times
    t.ok(hung > 5_400 && hung < 12_000, `hung: ${hung} ms`)
    t.ok(slept > 4_900 && slept < 10_000, `slept: ${slept} ms`)
    t.ok(locked > 1_900 && locked < 4_900, `locked: ${locked} ms`)
    t.ok(waited > 1_900 && waited < 4_900, `waited for a connection: ${waited} ms`)

    proxy.setSilent(false)
    for (const database of [hanging, slow, waiting]) {
      t.same(await rows(database, 'select 1'), [[1]])
    }
  })

  t.test('COPY is refused, and the connection goes on', async (t) => {
    const url = await createServerDatabase(t, serverUrl)
    const database = await open(t, { url, maxConnections: 1 })
    await database.script('create table a (id int)')
    await t.rejects(rows(database, 'copy a from stdin'), { message: /nothing was done/i })
    await rows(database, 'copy a to stdout')
    t.same(await rows(database, 'select 1'), [[1]])
  })

  t.test('what two transactions can not both do is done one after the other', async (t) => {
    const database = await open(t, { url: await createServerDatabase(t, serverUrl) })
    await database.script('create table a (id int, value int); insert into a values (1, 0), (2, 0)')
    const isolation = 'serializable'
    const copy = (from: number, to: number) =>
      database.transaction(
        async (transaction) => {
          const [row] = await rows(transaction, 'select value from a where id = $1', String(from))
          const value = String(Number(row?.[0]) + 1)
          await rows(transaction, 'update a set value = $1 where id = $2', value, String(to))
        },
        { isolation },
      )
    await Promise.all([copy(1, 2), copy(2, 1)])
    const values = (await rows(database, 'select value from a order by value')).flat()
    t.strictSame(values, [1, 2])
  })

  t.test('a server or database that will not do is refused at the start', async (t) => {
    const missing = new URL(serverUrl)
    missing.pathname = '/holdfast_is_not_here'
    await t.rejects(open(t, { url: missing.href }), DeclarationError)
    const ascii = await createServerDatabase(t, serverUrl, `'SQL_ASCII' locale 'C'`)
    await t.rejects(open(t, { url: ascii }), { message: /UTF8/ })
  })

  t.test('settings of the database and of the URL do not change wire forms', async (t) => {
    const url = new URL(await createServerDatabase(t, serverUrl))
    const name = url.pathname.slice(1)
    await runOnServer(url.href, `alter database ${name} set TimeZone = 'Asia/Tokyo'`)
    await runOnServer(url.href, `alter database ${name} set DateStyle = 'German'`)
    url.searchParams.set('options', '-c TimeZone=CET')
    const database = await open(t, { url: url.href })
    t.strictSame(
      await rows(database, `select timestamptz '2026-11-20 13:00:00Z', date '2026-11-20'`),
      [['2026-11-20T13:00:00.000Z', '2026-11-20']],
    )
  })
}

/** Waits until so many sessions run pg_sleep. */
async function untilSleeping(url: string, count: number): Promise<void> {
  const found = `select 1 / (count(*) = ${count})::int from pg_stat_activity
    where datname = current_database() and wait_event = 'PgSleep'`
  while (!(await runOnServer(url, found).then(isDone, isNotDone)));
}

const isDone = (): boolean => true
const isNotDone = (): boolean => false
