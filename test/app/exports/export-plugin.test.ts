/** Tests export-plugin.ts; who gets an export, and with which headers, is in messenger.export.test.ts. */
import t from 'tap'
import { createDiskStorage } from '../../../app/media/disk-storage.ts'
import { openMediaMessenger } from '../../kit/uploads.ts'

t.test('only what is ready, kept and not over is served', async (t) => {
  const messenger = await openMediaMessenger(t)
  const { stores } = messenger
  const { key: user_id, token } = await messenger.signUp('tim')
  const exports = stores.store('data_export')
  const storage = createDiskStorage(messenger.folder)
  const inDays = (days: number) => new Date(Date.now() + days * 86_400_000).toISOString()
  const cases = [
    ['ready', 1, true, 200],
    ['ready', 1, false, 404],
    ['ready', -1, true, 404],
    ['requested', 1, true, 404],
    ['failed', 1, true, 404],
  ] as const
  for (const [state, days, isKept, status] of cases) {
    const item = { user_id, state, byte_count: 3, expires_at: inDays(days) }
    const { key: id } = await exports.create(item)
    if (isKept) await storage.write({ id, part: 'export' }, Buffer.from('zip'))
    const served = await messenger.as(token).send('GET', `/exports/${id}`)
    t.equal(served.status, status, `${state} ${String(days)}`)
    if (status === 200) t.equal(await served.text(), 'zip')
  }
  t.equal((await messenger.as(token).send('POST', '/exports/x')).status, 404)
})
