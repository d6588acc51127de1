/** Statements over a thread that misbehaves in ways that a sound PGlite does not. */

import t, { type Test } from 'tap'

import { InternalError, InvalidError, UnavailableError } from '../../../framework/errors.ts'
import {
  createPgliteConnection,
  type PgliteConnection,
} from '../../../framework/postgres/pglite-connection.ts'
import { startPgliteThread, type PgliteThread } from '../../../framework/postgres/pglite-thread.ts'
import { createFrameWriter } from '../../../framework/postgres/protocol-frames.ts'
import { command } from '../../../framework/postgres/run-transaction.ts'
import { pgliteTemplate } from '../../kit/database.ts'

/** A thread that answers everything with `answer`, and keeps why it was given up. */
function answering(answer: Buffer) {
  const causes: Error[] = []
  const thread: PgliteThread = {
    async request(write) {
      write(createFrameWriter())
      return answer
    },
    abandon: (cause) => void causes.push(cause),
    isAlive: () => true,
    close: async () => undefined,
  }
  return { causes, connection: createPgliteConnection(thread) }
}

const READY = Buffer.from([0x5a, 0, 0, 0, 5, 0x49])
const EMPTY_QUERY = Buffer.from([0x49, 0, 0, 0, 4])

t.test('an answer that breaks off is a failure, and the end of the thread', async (t) => {
  for (const answer of [Buffer.alloc(0), READY, Buffer.concat([EMPTY_QUERY, READY])]) {
    const { causes, connection } = answering(answer)
    await t.rejects(connection.run(command('insert into a values (1)')), InternalError)
    t.equal(causes.length, 1)
  }
  const { causes, connection } = answering(READY)
  await t.rejects(connection.runScript('insert into a values (1)', 1_000), InternalError)
  t.equal(causes.length, 1)
})

t.test('bytes that are no answer are a failure', async (t) => {
  const { connection } = answering(Buffer.from([0x44, 0, 0]))
  await t.rejects(connection.run(command('select 1')), InternalError)
})

async function connect(t: Test): Promise<PgliteConnection> {
  const thread = await startPgliteThread({
    template: await pgliteTemplate(),
    watchdogMs: 10_000,
    onDeath: () => undefined,
  })
  t.teardown(() => thread.close())
  return createPgliteConnection(thread)
}

t.test('a named statement whose plan is of yesterday is parsed anew the next time', async (t) => {
  const connection = await connect(t)
  const named = { name: 'all', text: 'select * from a', values: [] }
  await t.rejects(connection.run(named), InternalError)
  await connection.runScript('create table a (b int); insert into a values (1)', 10_000)
  t.match(await connection.run(named), { rows: [[1]] })
  await connection.runScript('alter table a add c int', 10_000)
  await t.rejects(connection.run(named), InternalError)
  t.match(await connection.run(named), { rows: [[1, null]], columns: ['b', 'c'] })
})

t.test('JSON that is too deep for PGlite is refused or breaks off, never lost', async (t) => {
  const connection = await connect(t)
  const store = (depth: number) =>
    connection.run({
      text: 'select $1::jsonb',
      values: ['['.repeat(depth) + ']'.repeat(depth)],
    })
  t.match(await store(5_000), { rowCount: 1 })
  await t.rejects(store(100_000), InvalidError)
  t.match(await connection.run(command('select 1')), { rows: [[1]] })
  await t.rejects(store(1_000_000), InternalError)
  await t.rejects(connection.run(command('select 1')), UnavailableError)
  t.notOk(connection.isAlive())
})

t.test('there are limits to what a statement takes', async (t) => {
  const { connection } = answering(READY)
  const values = Array.from({ length: 65_536 }, () => '1')
  await t.rejects(connection.run({ text: 'select 1', values }), InternalError)
})
