/**
 * Breaks what can break while people write and listen, and holds every promise of the live channels against what happened. The
 * plan of a run follows from its seed: `CHECKER_SEED=… npx tap test/checker/checker.test.ts` makes it again, and SOAK goes on for long.
 * A run on PostgreSQL has a server of its own, which it restarts. Where none can be made, it is on that of the tests, which others
 * use: then only its sessions on this database are ended.
 */
import { randomInt } from 'node:crypto'
import t, { type Test } from 'tap'
import { SERVER_URL } from '../kit/database.ts'
import { NO_PROGRAMS, startPostgresServer } from '../kit/postgres-server.ts'
import { NO_BROKER, rabbitmqUrl } from '../kit/rabbitmq.ts'
import { rounds } from '../kit/rounds.ts'
import { faultsOf, INVARIANTS } from './invariants.ts'
import { run, type RunOptions } from './run.ts'

const SEED = Number(process.env['CHECKER_SEED'] ?? randomInt(1, 1_000_000))
const RUNS = rounds({ test: 1, soak: 12 })
/** Processes start again and again, on a machine that others may use too. */
const MAX_RUN_MS = 300_000
/** Far more than is found is no easier to read. */
const SHOWN = 20

async function check(t: Test, options: Omit<RunOptions, 'seed'>): Promise<void> {
  for (let index = 0; index < RUNS; index += 1) {
    const seed = SEED + index
    t.comment(`CHECKER_SEED=${String(seed)}`)
    const history = await run(t, { ...options, seed })
    const faults = faultsOf(history)
    const told = history.listeners.flatMap((one) => one.told)
    const count = (kind: string): string =>
      `${String(told.filter((one) => one.kind === kind).length)} ${kind}`
    const counts = ['event', 'subscribed', 'resync', 'snapshot'].map(count).join(', ')
    t.comment(`${String(history.log.length)} changes, ${counts}`)
    t.same(faults.slice(0, SHOWN), [], `CHECKER_SEED=${String(seed)} makes this run again`)
    t.ok(
      told.some(({ kind }) => kind === 'event'),
      'something was told',
    )
  }
}

t.setTimeout(2 * RUNS * MAX_RUN_MS)
t.comment(Object.keys(INVARIANTS).join('; '))
if (SERVER_URL === undefined) {
  t.test('one process on PGlite keeps its promises, whatever breaks', (t) =>
    check(t, { processes: 1, bus: '', faults: rounds({ test: 7, soak: 20 }), server: undefined }),
  )
} else {
  const server = await startPostgresServer(t)
  if (server === undefined)
    t.test('PostgreSQL is restarted', { skip: NO_PROGRAMS }, () => undefined)
  t.test('three processes on one server keep their promises, whatever breaks', (t) =>
    check(t, { processes: 3, bus: 'postgres', faults: rounds({ test: 13, soak: 50 }), server }),
  )
  if ((await rabbitmqUrl()) === undefined) t.test('RabbitMQ', { skip: NO_BROKER }, () => undefined)
  else {
    t.test('and so they do with RabbitMQ between them', (t) =>
      check(t, { processes: 3, bus: 'rabbitmq', faults: rounds({ test: 8, soak: 50 }), server }),
    )
  }
}
