/** The contract of buses, on the one through a PostgreSQL server, and how it uses the server. */
import t, { type Test } from 'tap'
import { Client } from 'pg'
import { openPostgresBus } from '../../../framework/bus/postgres-bus.ts'
import { DeclarationError } from '../../../framework/errors.ts'
import type { Bus } from '../../../framework/event/bus.ts'
import { testBus } from '../../contracts/bus.ts'
import { createServerDatabase, runOnServer, SERVER_URL } from '../../kit/database.ts'
import { createGathering } from '../../kit/gathering.ts'

t.test('a URL that is none is refused, without the password in it', (t) => {
  t.throws(() => openPostgresBus({ url: 'secret', onError: () => undefined }), DeclarationError)
  t.end()
})

if (SERVER_URL === undefined)
  t.test('a server', { skip: 'DATABASE_URL is not set' }, () => undefined)
else await addServerTests(SERVER_URL)

async function addServerTests(serverUrl: string): Promise<void> {
  const url = await createServerDatabase(t, serverUrl)
  const connect = async (_: Test, onError: (error: unknown) => void): Promise<Bus> => {
    const bus = openPostgresBus({ url, onError })
    await new Promise<void>((resolve) => bus.onGap(resolve))
    return bus
  }
  testBus(t, {
    connect,
    cut: () =>
      runOnServer(
        url,
        `select pg_terminate_backend(pid) from pg_stat_activity
          where datname = current_database() and pid <> pg_backend_pid()`,
      ),
  })

  t.test('many messages of one moment are one notification', async (t) => {
    const bus = await connect(t, (error) => t.error(error))
    const client = new Client({ connectionString: url })
    await client.connect()
    t.teardown(() => Promise.all([client.end(), bus.close()]))
    const { rows } = await client.query<{ name: string }>(
      `select 'holdfast_' || left(md5(current_schema()), 12) as name`,
    )
    await client.query(`listen ${String(rows[0]?.name)}`)
    const notified = createGathering<string>()
    client.on('notification', ({ payload = '' }) => notified.add(payload))
    for (let count = 0; count < 100; count += 1) bus.send('presence', `who ${String(count)}`)
    await notified.until((all) => all.some((payload) => payload.includes('who 99')))
    t.equal(notified.all.length, 1)
  })

  t.test('what is sent while the server is away is lost, and nothing waits', async (t) => {
    const errors: unknown[] = []
    const gone = new URL(url)
    gone.port = '1'
    const bus = openPostgresBus({ url: gone.href, onError: (error) => errors.push(error) })
    const text = 'x'.repeat(bus.maxBytes)
    const before = process.memoryUsage().heapUsed
    for (let count = 0; count < 100_000; count += 1) bus.send('log', `${text}${String(count)}`)
    t.ok(process.memoryUsage().heapUsed - before < 50_000_000)
    await bus.close()
    t.ok(errors.length <= 1)
  })
}
