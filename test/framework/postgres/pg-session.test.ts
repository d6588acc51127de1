/** Tests pg-session.ts: that a session is kept up, tells what becomes of it, and ends with its owner. */
import { createServer, type AddressInfo } from 'node:net'
import t, { type Test } from 'tap'
import { UnavailableError } from '../../../framework/errors.ts'
import { keepPgSession } from '../../../framework/postgres/pg-session.ts'
import type { PgSession, SessionOptions } from '../../../framework/postgres/session.ts'
import { createServerDatabase, runOnServer, SERVER_URL } from '../../kit/database.ts'
import { createGathering, type Gathering } from '../../kit/gathering.ts'

interface Kept {
  readonly session: PgSession
  readonly told: Gathering<string>
}

const keep = (t: Test, url: string, options: Partial<SessionOptions> = {}): Kept => {
  const told = createGathering<string>()
  const session = keepPgSession(new URL(url), {
    async begin(query) {
      told.add(`begin ${String((await query('select 1'))[0]?.[0])}`)
    },
    onOpen: () => told.add('open'),
    onLost: () => told.add('lost'),
    onNotification: (payload) => told.add(`notified ${payload}`),
    onError: (error) => told.add(String(error)),
    ...options,
  })
  t.teardown(() => session.close())
  return { session, told }
}
const has =
  (text: string, times = 1) =>
  (all: readonly string[]): boolean =>
    all.filter((one) => one === text).length >= times

t.test('a server that is away is told of once, and nothing can be run', async (t) => {
  const server = createServer((socket) => socket.destroy()).listen(0, '127.0.0.1')
  t.teardown(() => server.close())
  await new Promise((resolve) => server.on('listening', resolve))
  const { port } = server.address() as AddressInfo
  const { session, told } = keep(t, `postgres://nobody@127.0.0.1:${String(port)}/none`)
  await told.until(has('lost', 3))
  t.equal(told.all.filter((one) => one.startsWith('UnavailableError')).length, 1)
  t.equal(session.isOpen(), false)
  await t.rejects(session.query('select 1'), UnavailableError)
  await session.close()
  await session.close()
})

if (SERVER_URL !== undefined) addServerTests(SERVER_URL)

function addServerTests(serverUrl: string): void {
  const terminate = `select pg_terminate_backend(pid) from pg_stat_activity
    where datname = current_database() and pid <> pg_backend_pid()`

  t.test('it begins anew on each connection, and then takes statements', async (t) => {
    const url = await createServerDatabase(t, serverUrl)
    const { session, told } = keep(t, url)
    await told.until(has('open'))
    t.same(told.all, ['begin 1', 'open'])
    t.equal(session.isOpen(), true)
    t.same(await session.query('select $1::int, $2::text', ['2', 'b']), [[2, 'b']])
    await runOnServer(url, terminate)
    await told.until(has('open', 2))
    t.match(told.all.slice(2), ['lost', 'UnavailableError', 'begin 1', 'open'])
    t.same(await session.query('select 3'), [[3]])
  })

  t.test('a beat that fails or is told of a loss ends the connection', async (t) => {
    const url = await createServerDatabase(t, serverUrl)
    let beats = 0
    const { told } = keep(t, url, {
      beatMs: 1,
      async beat(query) {
        beats += 1
        if (beats === 3) await query('select no_such_column')
      },
    })
    await told.until(has('open', 2))
    t.match(told.all[2], 'lost')
  })

  t.test('what is notified is handed on', async (t) => {
    const url = await createServerDatabase(t, serverUrl)
    const { told } = keep(t, url, {
      async begin(query) {
        await query('listen news')
      },
    })
    await told.until(has('open'))
    await runOnServer(url, `notify news, 'hello'`)
    await told.until(has('notified hello'))
  })

  t.test('closing ends the session on the server', async (t) => {
    const url = await createServerDatabase(t, serverUrl)
    const { session, told } = keep(t, url)
    await told.until(has('open'))
    const lock = 'select pg_try_advisory_lock(1)'
    t.same(await session.query(lock), [[true]])
    await session.close()
    t.equal(session.isOpen(), false)
    const other = keep(t, url)
    await other.told.until(has('open'))
    t.same(await other.session.query(lock), [[true]], 'what it held is free')
    t.notOk(told.all.includes('lost'), 'that is no loss')
  })
}
