/** Tests uploads.ts: how much somebody may begin, and that what is whole is judged once. */
import t, { type Test } from 'tap'
import { createDiskStorage } from '../../../app/media/disk-storage.ts'
import { createImages } from '../../../app/media/images.ts'
import { createUploads, MAX_UNFINISHED } from '../../../app/media/uploads.ts'
import { all } from '../../../app/resources/all.ts'
import { HttpError, UnavailableError } from '../../../framework/index.ts'
import { photo } from '../../kit/images.ts'
import { openTestStores } from '../../kit/stores.ts'

const MAX_PIXELS = 1_000_000

async function open(t: Test, { remake } = createImages(MAX_PIXELS)) {
  const { store } = await openTestStores(t, all)
  const user = async (username: string) =>
    (await store('user').create({ username, password_digest: 'x' })).key
  const disk = createDiskStorage(t.testdir())
  const uploads = createUploads({
    attachments: store('attachment'),
    storage: () => Promise.resolve(disk),
    images: { remake },
    maxBytes: 1_000_000,
  })
  const [tim, ann] = [await user('tim'), await user('ann')]
  const begin = (byteCount: number, owner = tim, metadata = {}) =>
    uploads.begin({ owner, byteCount, metadata })
  const whole = async (bytes: Buffer, metadata = {}) => {
    const id = await begin(bytes.length, tim, metadata)
    await disk.write({ id, part: 'upload' }, bytes)
    return id
  }
  const stateOf = async (id: string) => (await store('attachment').readOrThrow(id)).item.state
  return { store, disk, uploads, tim, ann, begin, whole, stateOf }
}

t.test('only so many uploads of one person are unfinished, however they begin', async (t) => {
  const { store, begin, ann } = await open(t)
  for (let count = 0; count < MAX_UNFINISHED - 2; count += 1) await begin(1)
  const settled = await Promise.allSettled([begin(1), begin(1), begin(1), begin(1)])
  for (const one of settled)
    if (one.status === 'rejected') t.match(one.reason, { code: 'too_many_requests' })
  t.ok((await store('attachment').count()) <= MAX_UNFINISHED)
  await t.resolves(begin(1, ann), 'another person has its own')
})

t.test('only so many bytes of one person are attached to nothing', async (t) => {
  const { store, begin } = await open(t)
  await t.rejects(begin(1_000_001), HttpError)
  for (let count = 0; count < 4; count += 1) await begin(1_000_000)
  await t.rejects(begin(1), { status: 413, message: 'Payload Too Large' })
  t.equal(await store('attachment').count(), 4, 'nothing is left of what was refused')
})

t.test('an avatar is an image', async (t) => {
  const { uploads, whole, stateOf } = await open(t)
  const text = await whole(Buffer.from('no image'), { purpose: 'avatar' })
  const image = await whole(await photo(), { purpose: 'avatar' })
  await Promise.all([text, image].map((id) => uploads.finish(id)))
  t.same([await stateOf(text), await stateOf(image)], ['refused', 'ready'])
})

t.test('a photo that can’t be made anew is refused, and nothing of it is kept', async (t) => {
  const { uploads, disk, whole, stateOf } = await open(t)
  const id = await whole(Buffer.from('\0\0\0\x18ftypheic\0\0\0\0heicmif1 Exif', 'latin1'))
  await uploads.finish(id)
  t.equal(await stateOf(id), 'refused')
  t.equal(await disk.byteCount({ id, part: 'upload' }), undefined)
})

t.test('what can’t be judged now is judged later, and once', async (t) => {
  let isBusy = true
  let count = 0
  const { remake } = createImages(MAX_PIXELS)
  const { uploads, whole, stateOf } = await open(t, {
    remake: async (read, mediaType) => {
      if (isBusy) throw new UnavailableError('Too many.')
      count += 1
      return remake(read, mediaType)
    },
  })
  const id = await whole(await photo())
  await t.rejects(uploads.finish(id), UnavailableError)
  t.equal(await stateOf(id), 'uploading')
  isBusy = false
  await uploads.finish(id)
  await uploads.finish(id)
  t.same([await stateOf(id), count], ['ready', 1])
})

t.test('whoever comes while it is judged waits for the first', async (t) => {
  const begun = Promise.withResolvers<undefined>()
  const going = Promise.withResolvers<undefined>()
  let count = 0
  const { remake } = createImages(MAX_PIXELS)
  const { uploads, whole, stateOf } = await open(t, {
    remake: async (read, mediaType) => {
      count += 1
      begun.resolve(undefined)
      await going.promise
      return remake(read, mediaType)
    },
  })
  const id = await whole(await photo())
  const first = uploads.finish(id)
  await begun.promise
  const second = uploads.finish(id)
  t.equal(await stateOf(id), 'uploading')
  going.resolve(undefined)
  await second
  t.same([await stateOf(id), count], ['ready', 1])
  await first
})

t.test('what is deleted while it is judged leaves nothing behind', async (t) => {
  const { remake } = createImages(MAX_PIXELS)
  const found = await open(t, {
    remake: async (read, mediaType) => {
      const made = await remake(read, mediaType)
      await found.store('attachment').delete(id)
      return made
    },
  })
  const id = await found.whole(await photo())
  await found.uploads.finish(id)
  t.same(await Array.fromAsync(found.disk.list()), [])
})
