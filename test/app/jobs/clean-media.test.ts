/** Tests clean-media.ts: what nothing came of goes after a day, rows and files, and nothing else does. */
import { readdir, utimes } from 'node:fs/promises'
import t from 'tap'
import { cleanMediaJob, LOOSE_MS } from '../../../app/jobs/clean-media.ts'
import { createDiskStorage } from '../../../app/media/disk-storage.ts'
import { SERVER_URL } from '../../kit/database.ts'
import { openTestDomain } from '../../kit/domain.ts'
import { runJob } from '../../kit/jobs.ts'
import { untilBlocking } from '../../kit/sql.ts'
import { START } from '../../kit/stores.ts'

t.test('what is loose, refused, or left of what is gone is cleaned up', async (t) => {
  const { stores } = await openTestDomain(t)
  const { store } = stores
  const folder = t.testdir()
  const storage = createDiskStorage(folder)
  const { key: owner_id } = await store('user').create({ username: 'tim', password_digest: 'x' })
  const { key: message_id } = await store('message').create({ text: 'x', author_id: owner_id })
  const made = async (changed: object) => {
    const { key: id } = await store('attachment').create({
      owner_id,
      purpose: 'message',
      state: 'ready',
      kind: 'image',
      name: 'a.png',
      media_type: 'image/png',
      byte_count: 1,
      ...changed,
    })
    await storage.write({ id, part: 'upload' }, Buffer.from('x'))
    await storage.write({ id, part: 'image' }, Buffer.from('x'))
    return id
  }
  const attached = await made({ message_id })
  const file = await made({ message_id, kind: 'file' })
  const avatar = await made({ purpose: 'avatar' })
  await store('user').update(owner_id, { avatar_id: avatar })
  await made({})
  await made({ purpose: 'avatar' })
  await made({ state: 'uploading' })
  await made({ state: 'refused', message_id: null })
  const gone = '00000000-0000-7000-8000-00000000dead'
  await storage.write({ id: gone, part: 'upload' }, Buffer.from('x'))
  const expires_at = new Date(START).toISOString()
  const asked = { user_id: owner_id, state: 'ready', byte_count: 1, expires_at } as const
  const { key: exported } = await store('data_export').create(asked)
  await storage.write({ id: exported, part: 'export' }, Buffer.from('x'))
  await storage.write({ id: gone, part: 'export' }, Buffer.from('x'))
  const fresh = '00000000-0000-7000-8000-00000000beef'
  for (const name of await readdir(folder))
    await utimes(`${folder}/${name}`, START / 1000, START / 1000)
  await storage.write({ id: fresh, part: 'upload' }, Buffer.from('x'))
  const run = (now: number) =>
    runJob(cleanMediaJob({ stores, media: { storage: async () => storage }, now: () => now }), {})
  const before = await readdir(folder)
  await run(START + LOOSE_MS - 60_000)
  t.same(await readdir(folder), before, 'not before a day is over')
  t.equal(await store('attachment').count(), 7)
  await run(START + LOOSE_MS + 60_000)
  const left = (await store('attachment').search()).results.map(({ key }) => key)
  t.same(left.toSorted(), [attached, file, avatar].toSorted())
  t.same(
    (await readdir(folder)).sort(),
    [
      `${attached}.image`,
      `${avatar}.image`,
      file,
      `${file}.image`,
      fresh,
      `${exported}.zip`,
    ].sort(),
    'what was uploaded of an image that is made anew is not kept either',
  )
})

for (const purpose of ['avatar', 'message'] as const)
  t.test(
    `what is chosen for ${purpose} while it is cleaned up stays`,
    { skip: SERVER_URL === undefined && 'PGlite does one thing at a time' },
    async (t) => {
      const { stores, person } = await openTestDomain(t)
      const attachments = stores.store('attachment')
      const storage = createDiskStorage(t.testdir())
      const tim = await person('tim')
      const { key } = await attachments.create({
        owner_id: tim,
        purpose,
        state: 'ready',
        kind: 'image',
        name: 'a.png',
        media_type: 'image/png',
        byte_count: 1,
      })
      const { key: message_id } = await stores.store('message').create({ text: '', author_id: tim })
      const now = () => START + LOOSE_MS + 60_000
      const job = cleanMediaJob({ stores, media: { storage: async () => storage }, now })
      const chosen = Promise.withResolvers<undefined>()
      const choice = stores.transactions.transaction(async (transaction) => {
        await (purpose === 'avatar'
          ? stores.store('user').update(tim, { avatar_id: key }, { transaction })
          : attachments.update(key, { message_id }, { transaction }))
        chosen.resolve(undefined)
        await untilBlocking(stores.queryable(transaction))
      })
      await chosen.promise
      await Promise.all([runJob(job, {}), choice])
      t.ok(await attachments.read(key))
      if (purpose === 'avatar')
        t.match((await stores.store('user').readOrThrow(tim)).item, { avatar_id: key })
    },
  )
