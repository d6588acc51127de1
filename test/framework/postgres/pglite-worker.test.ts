/** The worker by itself: what goes in, what comes out, and that a folder is made whole or not at all. */

import { on, once } from 'node:events'
import { existsSync, mkdirSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { Worker } from 'node:worker_threads'

import t, { type Test } from 'tap'

import type {
  PgliteWorkerOptions,
  WorkerOrder,
  WorkerReport,
} from '../../../framework/postgres/pglite-worker.ts'
import {
  createFrameWriter,
  readAnswer,
  type FrameBatch,
} from '../../../framework/postgres/protocol-frames.ts'
import { pgliteTemplate } from '../../kit/database.ts'

const SOURCE = new URL('../../../framework/postgres/pglite-worker.ts', import.meta.url)

/** What each worker has said and nobody has taken yet: several reports may come in one turn. */
const reports = new WeakMap<Worker, AsyncIterator<unknown[]>>()

function start(t: Test, options: PgliteWorkerOptions): Worker {
  const worker = new Worker(SOURCE, { workerData: options, execArgv: [] })
  reports.set(worker, on(worker, 'message'))
  t.teardown(() => worker.terminate())
  return worker
}

async function next(worker: Worker): Promise<WorkerReport> {
  const result = await reports.get(worker)?.next()
  const [report] = result?.value as [WorkerReport]
  return report
}

function send(worker: Worker, order: WorkerOrder): void {
  worker.postMessage(order)
}

function batch(...texts: string[]): FrameBatch {
  const writer = createFrameWriter()
  for (const text of texts) writer.statement({ name: '', text, values: [] })
  return writer.take()
}

function answersOf({ bytes, ends }: FrameBatch): readonly unknown[] {
  return ends.map((end, index) => readAnswer(Buffer.from(bytes.slice(ends[index - 1] ?? 0, end))))
}

t.test('a batch of statements is answered in order, and closing ends the thread', async (t) => {
  const worker = start(t, { template: await pgliteTemplate() })
  t.equal(await next(worker), 'open')
  send(worker, batch('select 1', 'select nothing', 'select 3'))
  const answers: unknown[] = []
  // They come in one message or in several, as time goes by.
  while (answers.length < 3) answers.push(...answersOf((await next(worker)) as FrameBatch))
  t.match(answers, [{ rows: [[1]] }, { error: { code: '42703' } }, { rows: [[3]] }])
  send(worker, 'close')
  // The last message of a batch may have no answer left to tell.
  let report = await next(worker)
  while (report !== 'closed') {
    t.match(report, { ends: { length: 0 } })
    report = await next(worker)
  }
  await once(worker, 'exit')
})

t.test('an answer does not wait for a slow one behind it', async (t) => {
  const worker = start(t, { template: await pgliteTemplate() })
  t.equal(await next(worker), 'open')
  send(worker, batch('select pg_sleep(0.05)', 'select pg_sleep(0.05)'))
  t.match(await next(worker), { ends: { length: 1 } })
  t.match(await next(worker), { ends: { length: 1 } })
})

t.test('the session speaks UTC and ISO', async (t) => {
  const worker = start(t, { template: await pgliteTemplate() })
  t.equal(await next(worker), 'open')
  send(worker, batch(`select current_setting('TimeZone'), current_setting('DateStyle')`))
  const { bytes } = (await next(worker)) as FrameBatch
  t.match(readAnswer(Buffer.from(bytes)).rows, [['UTC', /^ISO/]])
})

t.test('what a killed start has left half made is made anew', async (t) => {
  const folder = join(t.testdir(), 'data')
  mkdirSync(join(`${folder}.new`, 'base'), { recursive: true })
  writeFileSync(join(`${folder}.new`, 'PG_VERSION'), '18\n')
  const worker = start(t, { folder, template: await pgliteTemplate() })
  t.equal(await next(worker), 'open')
  t.ok(existsSync(join(folder, 'PG_VERSION')))
  t.notOk(existsSync(`${folder}.new`))
})

t.test('a folder that holds something else is left alone', async (t) => {
  const folder = join(t.testdir({ data: { 'letter.txt': 'dear' } }), 'data')
  const worker = start(t, { folder, template: await pgliteTemplate() })
  const [error] = (await once(worker, 'error')) as [Error]
  t.match(error, { code: /ENOTEMPTY|EEXIST/ })
  t.ok(existsSync(join(folder, 'letter.txt')))
})
