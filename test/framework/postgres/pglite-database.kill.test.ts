/** PGlite in a process that is killed while it writes: every row that was acknowledged is there afterwards. */

import { fork } from 'node:child_process'
import { once } from 'node:events'
import { join } from 'node:path'

import t, { type Test } from 'tap'

import { openPgliteDatabase } from '../../../framework/postgres/pglite-database.ts'
import { pgliteTemplate } from '../../kit/database.ts'
import { rounds } from '../../kit/rounds.ts'

const DATABASE = new URL('../../../framework/postgres/pglite-database.ts', import.meta.url).href

/** Writes rows, alone and in transactions, and tells each one only when it is acknowledged. */
const WRITER = `
  const [, , module, folder, template] = process.argv
  const { openPgliteDatabase } = await import(module)
  const database = await openPgliteDatabase({ folder, template, onError: console.error })
  await database.script('create table if not exists entry (id text primary key)')
  const insert = (queryable, id) =>
    queryable.query({ name: 'insert', text: 'insert into entry values ($1)', values: [id] })
  async function write() {
    for (;;) {
      const id = crypto.randomUUID()
      await insert(database, id)
      process.send([id])
      const pair = [crypto.randomUUID(), crypto.randomUUID()]
      await database.transaction(async (transaction) => {
        for (const id of pair) await insert(transaction, id)
      })
      process.send(pair)
    }
  }
  await Promise.all([write(), write(), write()])
`

/** Acknowledged rows before the kill comes; a varying number, so that it hits varying moments. */
const fewest = 20
const spread = 400

async function writeAndKill(t: Test, folder: string): Promise<readonly string[]> {
  const script = join(t.testdir({ 'writer.mjs': WRITER }), 'writer.mjs')
  const child = fork(script, [DATABASE, folder, await pgliteTemplate()], { execArgv: [] })
  const acknowledged: string[] = []
  const enough = fewest + Math.floor(Math.random() * spread)
  child.on('message', (ids: string[]) => {
    acknowledged.push(...ids)
    if (acknowledged.length > enough) child.kill('SIGKILL')
  })
  await once(child, 'exit')
  t.equal(child.signalCode, 'SIGKILL')
  return acknowledged
}

t.test('a killed process loses nothing that it had acknowledged', async (t) => {
  const folder = join(t.testdir(), 'data')
  const acknowledged: string[] = []
  for (let round = 0; round < rounds({ test: 5, soak: 50 }); round += 1) {
    await t.test(`kill ${round + 1}`, async (t) => {
      acknowledged.push(...(await writeAndKill(t, folder)))
    })
    const database = await openPgliteDatabase({ folder, onError: (error) => void t.error(error) })
    const { rows } = await database.query({ text: 'select id from entry', values: [] })
    await database.close()
    const found = new Set(rows.map(([id]) => id))
    t.same(
      acknowledged.filter((id) => !found.has(id)),
      [],
      `${acknowledged.length} rows`,
    )
  }
})
