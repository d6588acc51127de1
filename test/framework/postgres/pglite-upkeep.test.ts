/** What upkeep finds due in PGlite, what it leaves alone, and that it goes on. */

import t from 'tap'

import type { QueryResult } from '../../../framework/postgres/database.ts'
import { openPgliteDatabase } from '../../../framework/postgres/pglite-database.ts'
import { keepUp, startUpkeep } from '../../../framework/postgres/pglite-upkeep.ts'
import { command } from '../../../framework/postgres/run-transaction.ts'
import { pgliteTemplate } from '../../kit/database.ts'

t.test('a round', async (t) => {
  const database = await openPgliteDatabase({
    template: await pgliteTemplate(),
    onError: (error) => void t.error(error),
    upkeepMs: 2 ** 31 - 1,
  })
  t.teardown(() => database.close())
  const valueOf = async (text: string) => (await database.query(command(text))).rows[0]?.[0]
  /** The tables of one round. */
  const round = async (): Promise<readonly string[]> => {
    const alone: string[] = []
    const runAlone = async (text: string): Promise<void> => {
      alone.push(text)
      await database.query(command(text))
    }
    await keepUp({ query: database.query, runAlone })
    return alone.map((text) => text.replace('vacuum (analyze) public.', ''))
  }

  t.test('rids a table of its dead rows and learns its size, once', async (t) => {
    await database.script(`
      create table "Much changed" (id int);
      create table rarely (id int);
      insert into "Much changed" select * from generate_series(1, 20000);
      insert into rarely select * from generate_series(1, 20);
      delete from "Much changed" where id > 1`)
    const known = `select reltuples from pg_class where relname = 'Much changed'`
    t.equal(await valueOf(known), -1, 'not known')
    t.same(await round(), ['"Much changed"'])
    t.equal(await valueOf(known), 1)
    t.equal(await valueOf(`select pg_relation_size('"Much changed"') <= 8192`), true)
    t.same(await round(), [], 'nothing changed since')
  })

  t.test('leaves a large table alone until a tenth of it changed', async (t) => {
    await database.script(`
      create table large (id int);
      insert into large select * from generate_series(1, 10000)`)
    t.same(await round(), ['large'])
    const change = () => database.script(`update large set id = id where id <= 600`)
    await change()
    t.same(await round(), [])
    await change()
    t.same(await round(), ['large'])
  })

  t.test('takes the outbox, and of the rest those that changed most', async (t) => {
    const fill = [100, 200, 300, 400, 500].map(
      (size) => `create table a${size} as select * from generate_series(1, ${size});`,
    )
    await database.script(`create table holdfast_outbox (id int); ${fill.join('')}`)
    t.same(await round(), ['holdfast_outbox', 'a500', 'a400', 'a300'])
    t.same(await round(), ['holdfast_outbox', 'a200', 'a100'])
    t.same(await round(), ['holdfast_outbox'])
  })
})

const NOTHING: QueryResult = { columns: [], rows: [], rowCount: 0, command: 'SELECT' }

t.test('a round follows the other, after one that failed too, until the end', async (t) => {
  const failures: Error[] = []
  const steps: (() => void)[] = []
  let statements = 0
  let open = 0
  let isEnding = false
  const end = startUpkeep(
    {
      async query() {
        statements += 1
        open += 1
        t.equal(open, 1, 'one at a time')
        await new Promise<void>((resolve) => steps.push(resolve))
        open -= 1
        if (statements === 4 || isEnding) throw new Error('refused')
        return NOTHING
      },
      runAlone: () => Promise.resolve(),
    },
    { intervalMs: 0, onError: (error) => void failures.push(error) },
  )
  const turn = (): Promise<void> => new Promise((resolve) => setImmediate(resolve))
  const until = async (count: number): Promise<void> => {
    while (statements < count) {
      steps.pop()?.()
      await turn()
    }
  }
  await until(7)
  t.match(failures, [{ code: 'internal' }], 'the second round failed')
  while (open === 0) await turn()
  end()
  isEnding = true
  steps.pop()?.()
  while (open > 0) await turn()
  await turn()
  t.equal(failures.length, 1, 'what the end breaks off is not told')
})
