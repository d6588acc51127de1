/** Tests remove-media.ts in a messenger: the files of an attachment go with it, and with its message. */
import { readdir } from 'node:fs/promises'
import t from 'tap'
import { removeMediaJob } from '../../../app/jobs/remove-media.ts'
import { photo } from '../../kit/images.ts'
import { openMediaMessenger } from '../../kit/uploads.ts'

t.test('a deleted message takes its files with it', async (t) => {
  const messenger = await openMediaMessenger(t)
  const tim = messenger.as((await messenger.signUp('tim')).token)
  const kept = await tim.upload(Buffer.from('kept'))
  const [one, two] = [await tim.upload(await photo()), await tim.upload(Buffer.from('two'))]
  const json = { item: { text: '', attachment_ids: [one.id, two.id] } }
  const response = await tim.send('POST', '/actions/message', { json })
  const { key } = (await response.json()) as { readonly key: string }
  const links = await tim.send('GET', `/actions/message/${key}/attachments`)
  t.equal(((await links.json()) as { results: unknown[] }).results.length, 2)
  t.equal((await tim.send('DELETE', `/actions/message/${key}`)).status, 204)
  t.equal(await messenger.stores.store('attachment').count(), 1)
  const files = async () =>
    (await readdir(messenger.folder)).filter((name) => !name.startsWith(kept.id))
  while ((await files()).length > 0) await new Promise(setImmediate)
  t.pass('the job has run')
  t.equal((await tim.send('GET', `/media/${kept.id}`)).status, 200)
  t.equal((await tim.send('DELETE', `/actions/attachment/${kept.id}`)).status, 204)
  while ((await readdir(messenger.folder)).length > 0) await new Promise(setImmediate)
})

t.test('it is set off by what is deleted', async (t) => {
  const { triggers } = removeMediaJob({ storage: () => Promise.reject(new RangeError()) })
  t.match(triggers, [
    { resource: 'attachment', operation: 'delete' },
    { resource: 'data_export', operation: 'delete' },
  ])
})
