/** That a kill at any moment between commit and delivery loses no change, invents none, and repeats no position. */
import { spawn } from 'node:child_process'
import { once } from 'node:events'
import { join } from 'node:path'
import { createInterface } from 'node:readline'
import { fileURLToPath } from 'node:url'
import t, { type Test } from 'tap'
import type { WireItem } from '../../../framework/event/change.ts'
import { readLog } from '../../../framework/postgres/log.ts'
import { openPgliteDatabase } from '../../../framework/postgres/pglite-database.ts'
import { createRelaySteps } from '../../../framework/postgres/relay-step.ts'
import { pgliteTemplate } from '../../kit/database.ts'
import { rounds } from '../../kit/rounds.ts'
import { column } from '../../kit/sql.ts'

const CHILD = fileURLToPath(new URL('../../kit/relay-child.ts', import.meta.url))

/** Lets a process write until it has said so many lines, kills it, and tells all that it said. */
const killAfter = async (
  t: Test,
  lineCount: number,
  args: readonly string[],
): Promise<readonly string[]> => {
  const child = spawn(process.execPath, [CHILD, ...args], { stdio: ['ignore', 'pipe', 'inherit'] })
  t.teardown(() => child.kill('SIGKILL'))
  const lines: string[] = []
  const output = createInterface(child.stdout)
  output.on('line', (line) => {
    lines.push(line)
    if (lines.length === lineCount) child.kill('SIGKILL')
  })
  await once(output, 'close')
  return lines
}

const nameOf = (item: WireItem | null): string => {
  const name = item?.['name']
  return typeof name === 'string' ? name : 'none'
}

t.test('after kills the log has exactly the committed changes', async (t) => {
  const folder = join(t.testdir(), 'data')
  const template = await pgliteTemplate()
  const lines: string[] = []
  for (let kill = 0; kill < rounds({ test: 5, soak: 50 }); kill += 1) {
    // Each dies at another point of the way.
    lines.push(...(await killAfter(t, 20 + 7 * kill, [folder, template, String(kill)])))
  }
  const said = (word: string): readonly string[] =>
    lines.filter((line) => line.startsWith(`${word} `)).map((line) => line.slice(word.length + 1))
  t.same(said('error'), [])

  const database = await openPgliteDatabase({ folder, onError: (error) => t.error(error) })
  t.teardown(() => database.close())
  const steps = createRelaySteps(database)
  while ((await steps.step()).entries.length > 0);
  const { entries, position } = await readLog(database, 0, 1_000_000)
  t.same(entries.map((entry) => entry.position), Array.from({ length: position }, (_, at) => at + 1)) // prettier-ignore

  const names = entries.map(({ after }) => nameOf(after))
  t.same(names.toSorted(), await column(database, 'select name from tag order by name'))
  t.equal(new Set(names).size, names.length)
  const kept = new Set(names)
  t.same(said('committed').filter((name) => !kept.has(name)), []) // prettier-ignore
  t.ok(said('committed').length > 20)

  const told = entries.map(({ position, after }) => `${String(position)} ${nameOf(after)}`)
  const delivered = said('delivered')
  t.same(delivered.filter((line) => !told.includes(line)), []) // prettier-ignore
  t.equal(new Set(delivered).size, delivered.length)
  t.ok(delivered.length > 0)
})
