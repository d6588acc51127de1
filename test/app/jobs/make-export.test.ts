/** Tests make-export.ts: done once, again after it was killed, and failed when no try brings it about. */
import { createWriteStream } from 'node:fs'
import { readdir, readFile, rm } from 'node:fs/promises'
import t, { type Test } from 'tap'
import { makeExportJob } from '../../../app/jobs/make-export.ts'
import { createDiskStorage } from '../../../app/media/disk-storage.ts'
import { createNotifier } from '../../../app/notifications.ts'
import { all } from '../../../app/resources/all.ts'
import { EXPORT_KEPT_MS } from '../../../app/resources/data-export.ts'
import { NO_CONTEXT } from '../../kit/jobs.ts'
import { openTestStores, START } from '../../kit/stores.ts'
import { rowsOf, unzip } from '../../kit/unzip.ts'
import { makeUsers } from '../../kit/users.ts'

async function open(t: Test) {
  const { store, transactions } = await openTestStores(t, all)
  const folder = t.testdir()
  const storage = createDiskStorage(folder)
  const { tim: user_id } = await makeUsers({ store }, 'tim')
  const exports = store('data_export')
  const expires_at = new Date(START).toISOString()
  const item = { user_id, state: 'requested', byte_count: null, expires_at } as const
  const { key } = await exports.create(item)
  const stores = { store, transactions, queryable: transactions.writing }
  const job = makeExportJob({
    stores,
    media: { storage: () => Promise.resolve(storage) },
    notifier: createNotifier({ stores, now: () => START }),
    now: () => START,
  })
  const run = (attempt = 1, signal = new AbortController().signal) =>
    job.run({ export: key }, { ...NO_CONTEXT, id: 'job', attempt, signal })
  const path = `${folder}/${key}.zip`
  return { store, exports, storage, folder, path, key, user_id, run, retries: job.retries }
}

t.test('it is ready with its file, once', async (t) => {
  const { store, exports, key, path, run, user_id } = await open(t)
  await run()
  const { item } = await exports.readOrThrow(key)
  const bytes = await readFile(path)
  const expires_at = new Date(START + EXPORT_KEPT_MS).toISOString()
  t.match(item, { state: 'ready', byte_count: bytes.length, expires_at })
  t.match(rowsOf((await unzip(bytes)).get('profile.ndjson')), [{ id: user_id, username: 'tim' }])
  await rm(path)
  await run(2)
  t.same((await readdir(path.replace(/[^/]+$/, ''))).length, 0, 'what is ready is not made again')
  t.equal(await store('notification').count(), 1, 'nor told again')
})

t.test('what a killed process has left is written over', async (t) => {
  const { exports, key, path, folder, run } = await open(t)
  createWriteStream(`${path}.new`).end('half')
  createWriteStream(path).end('not told of')
  await run(2)
  t.match((await exports.readOrThrow(key)).item, { state: 'ready' })
  t.ok((await unzip(await readFile(path))).has('messages.ndjson'))
  t.same(await readdir(folder), [`${key}.zip`])
})

t.test('it fails at the last try, and not before', async (t) => {
  const { exports, key, folder, run, retries } = await open(t)
  await rm(folder, { recursive: true })
  await t.rejects(run(retries.count), /ENOENT/)
  t.match((await exports.readOrThrow(key)).item, { state: 'requested' })
  await t.rejects(run(retries.count + 1), /ENOENT/)
  t.match((await exports.readOrThrow(key)).item, { state: 'failed' })
  await run(retries.count + 1)
  t.match((await exports.readOrThrow(key)).item, { state: 'failed' }, 'and stays so')
})

t.test('who has to stop leaves it to another try', async (t) => {
  const { exports, key, run, retries } = await open(t)
  await t.rejects(run(retries.count + 1, AbortSignal.abort()), { name: 'AbortError' })
  t.match((await exports.readOrThrow(key)).item, { state: 'requested' })
})

t.test('of one that is deleted meanwhile nothing is left', async (t) => {
  const { exports, storage, key, folder, run } = await open(t)
  const { byteCount } = storage
  await exports.delete(key)
  await run()
  t.same(await readdir(folder), [])
  t.equal(await byteCount({ id: key, part: 'export' }), undefined)
})
