/** Tests export-entries.ts; over HTTP in messenger.export.test.ts. */
import { Readable } from 'node:stream'
import { text } from 'node:stream/consumers'
import { test } from 'tap'
import { exportEntries } from '../../../app/exports/export-entries.ts'
import { all } from '../../../app/resources/all.ts'
import { openTestStores } from '../../kit/stores.ts'
import { makeUsers } from '../../kit/users.ts'

const file = {
  purpose: 'message',
  state: 'ready',
  kind: 'file',
  media_type: 'x',
  byte_count: 1,
} as const

test('each file is read when its turn comes; what is away or not ready is left out', async (t) => {
  const stores = await openTestStores(t, all)
  const { store } = stores
  const { tim, ann } = await makeUsers({ store }, 'tim', 'ann')
  const attach = async (owner_id: string, item: object) =>
    (await store('attachment').create({ owner_id, name: 'a', ...file, ...item })).key
  const kept = await attach(tim, { name: `${'ü'.repeat(240)}.tar.gz` })
  const nameless = await attach(tim, { name: 'a.b c' })
  const away = await attach(tim, {})
  await attach(tim, { state: 'uploading' })
  await attach(ann, {})
  const read: string[] = []
  const storage = {
    byteCount: ({ id }: { id: string }) => Promise.resolve(id === away ? undefined : 1),
    read({ id }: { id: string }) {
      read.push(id)
      return Promise.resolve(Readable.from(['x']))
    },
  }
  const entries = await Array.fromAsync(exportEntries({ stores, storage }, tim))
  t.same(read, [])
  const media = entries.filter(({ name }) => name.startsWith('media/'))
  t.same(
    media.map(({ name, isPacked }) => [name, isPacked]),
    [
      [`media/${kept}.gz`, true],
      [`media/${nameless}`, true],
    ],
  )
  t.equal(await text((await media[0]?.read()) ?? Readable.from([])), 'x')
  t.same(read, [kept])
})

test('what others did to an account is told without who and from where', async (t) => {
  const stores = await openTestStores(t, all)
  const { tim, admin } = await makeUsers(stores, 'tim', 'admin')
  const event = { subject_id: tim, address: '192.0.2.7', detail: null }
  const events = stores.store('security_event')
  await events.create({ ...event, kind: 'blocked', actor_id: admin })
  await events.create({ ...event, kind: 'login_failed', actor_id: null })
  const storage = { byteCount: never, read: never }
  for await (const { name, read } of exportEntries({ stores, storage }, tim)) {
    if (name !== 'security_events.ndjson') continue
    const [blocked = '', failed = ''] = (await text(await read())).split('\n')
    t.match(blocked, '"kind":"blocked"')
    t.notMatch(blocked, admin)
    t.notMatch(blocked, '192.0.2.7')
    t.match(failed, '192.0.2.7')
  }
})

function never(): Promise<never> {
  return Promise.reject(new TypeError('There are no files.'))
}
