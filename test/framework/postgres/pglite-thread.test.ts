/** The thread of PGlite: batches, the watchdog, its ends, and that it runs as it is published. */

import { globSync, mkdirSync, readFileSync, writeFileSync } from 'node:fs'
import { dirname, join } from 'node:path'

import t, { type Test } from 'tap'
import ts from 'typescript'

import { UnavailableError } from '../../../framework/errors.ts'
import {
  startPgliteThread,
  type PgliteThread,
  type PgliteThreadOptions,
} from '../../../framework/postgres/pglite-thread.ts'
import { OUTCOME_UNKNOWN } from '../../../framework/postgres/postgres-error.ts'
import { readAnswer } from '../../../framework/postgres/protocol-frames.ts'
import { pgliteTemplate } from '../../kit/database.ts'

type Start = typeof startPgliteThread

interface Started {
  readonly thread: PgliteThread
  readonly deaths: readonly UnavailableError[]
}

async function start(
  t: Test,
  options: Partial<PgliteThreadOptions> = {},
  startThread: Start = startPgliteThread,
): Promise<Started> {
  const deaths: UnavailableError[] = []
  const template = await pgliteTemplate()
  const onDeath = (error: UnavailableError): void => void deaths.push(error)
  const thread = await startThread({ template, watchdogMs: 30_000, onDeath, ...options })
  t.teardown(() => thread.close())
  return { thread, deaths }
}

async function run(thread: PgliteThread, text: string, limitMs?: number): Promise<unknown> {
  const write = (frames: Parameters<Parameters<PgliteThread['request']>[0]>[0]): void =>
    frames.statement({ name: '', text, values: [] })
  return readAnswer(await thread.request(write, limitMs)).rows
}

t.test('each request gets its own answer', async (t) => {
  const { thread } = await start(t)
  const texts = Array.from({ length: 100 }, (_, index) => `select ${index}`)
  const answers = await Promise.all(texts.map((text) => run(thread, text)))
  t.same(
    answers,
    texts.map((_, index) => [[index]]),
  )
})

t.test('a slow statement does not hold up the event loop', async (t) => {
  const { thread } = await start(t)
  let turns = 0
  let isDone = false
  const count = (): void => {
    turns += 1
    if (!isDone) setImmediate(count)
  }
  count()
  await run(thread, `select count(*) from generate_series(1, 2000000)`)
  isDone = true
  t.ok(turns > 100, `${turns} turns`)
})

t.test('a statement that hangs ends the thread, and with it all that is open', async (t) => {
  const { thread, deaths } = await start(t, { watchdogMs: 200 })
  const open = ['select pg_sleep(600)', 'select 1'].map((text) => run(thread, text))
  for (const promise of open) await t.rejects(promise, { message: OUTCOME_UNKNOWN })
  t.equal(deaths.length, 1)
  t.match(deaths[0]?.cause, { message: 'PGlite hangs.' })
  t.notOk(thread.isAlive())
  await t.rejects(run(thread, 'select 1'), UnavailableError)
  await thread.close()
})

t.test('the watchdog spares many short statements, and one that may take longer', async (t) => {
  const { thread, deaths } = await start(t, { watchdogMs: 500 })
  await Promise.all(Array.from({ length: 6 }, () => run(thread, 'select pg_sleep(0.1)')))
  await run(thread, 'select pg_sleep(0.8)', 60_000)
  t.same(deaths, [])
})

t.test('a pause of this thread ends nothing that was answered meanwhile', async (t) => {
  const { thread, deaths } = await start(t, { watchdogMs: 500 })
  const open = run(thread, 'select 1')
  await new Promise(setImmediate) // it is sent
  Atomics.wait(new Int32Array(new SharedArrayBuffer(4)), 0, 0, 1_500)
  t.same(await open, [[1]])
  t.same(deaths, [])
})

t.test('closing waits for what is open, and is no death', async (t) => {
  const { thread, deaths } = await start(t)
  const open = run(thread, 'select 1')
  await Promise.all([thread.close(), thread.close()])
  t.same(await open, [[1]])
  t.same(deaths, [])
  await t.rejects(run(thread, 'select 1'), UnavailableError)
})

t.test('closing does not wait for what hangs', async (t) => {
  const { thread, deaths } = await start(t, { watchdogMs: 200 })
  const open = t.rejects(run(thread, 'select pg_sleep(600)'), UnavailableError)
  await thread.close()
  await open
  t.same(deaths, [])
})

t.test('what keeps PGlite from starting is told', async (t) => {
  const folder = join(t.testdir({ file: '' }), 'file')
  await t.rejects(start(t, { folder }), { code: /EEXIST|ENOTDIR/ })
  await t.rejects(start(t, { template: join(folder, 'none.tar') }))
})

/** The framework as JavaScript, in a folder below this project, so that packages are found. */
function publish(t: Test): string {
  const target = t.testdir()
  const root = new URL('../../../framework/', import.meta.url).pathname
  const compilerOptions = {
    module: ts.ModuleKind.ESNext,
    target: ts.ScriptTarget.ESNext,
    rewriteRelativeImportExtensions: true,
  }
  for (const path of globSync(['errors.ts', 'postgres/*.ts'], { cwd: root })) {
    const source = readFileSync(join(root, path), 'utf8')
    const file = join(target, path.replace(/ts$/, 'js'))
    mkdirSync(dirname(file), { recursive: true })
    writeFileSync(file, ts.transpileModule(source, { compilerOptions }).outputText)
  }
  return target
}

t.test('it runs as published JavaScript too', async (t) => {
  const path = join(publish(t), 'postgres', 'pglite-thread.js')
  const published = (await import(path)) as { readonly startPgliteThread: Start }
  const { thread } = await start(t, {}, published.startPgliteThread)
  t.same(await run(thread, 'select 7'), [[7]])
})
