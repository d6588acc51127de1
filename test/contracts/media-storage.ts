/** What every storage of media promises. */
import { randomBytes } from 'node:crypto'
import { Readable } from 'node:stream'
import { Upload } from '@tus/utils'
import type { Test } from 'tap'
import type { MediaStorage } from '../../app/media/media-storage.ts'
import { NotFoundError } from '../../framework/index.ts'

const ID = '0198c5d2-7b1a-7c3e-9f00-2f4b8f1d6a01'
const OTHER = '0198c5d2-7b1a-7c3e-9f00-2f4b8f1d6a02'

/** Holds a storage, opened empty, to the contract. */
export async function testMediaStorage(t: Test, open: () => MediaStorage): Promise<void> {
  const storage = open()
  t.teardown(() => storage.close())
  const bytesOf = async (stream: Readable) => Buffer.concat(await stream.toArray())

  await t.test('a part is written, read and measured, whole and by range', async (t) => {
    const name = { id: ID, part: 'image' } as const
    t.equal(await storage.byteCount(name), undefined)
    await t.rejects(storage.read(name), NotFoundError)
    const bytes = randomBytes(100_000)
    await storage.write(name, bytes)
    t.equal(await storage.byteCount(name), 100_000)
    t.ok((await bytesOf(await storage.read(name))).equals(bytes))
    const range = await storage.read(name, { start: 10, end: 19 })
    t.ok((await bytesOf(range)).equals(bytes.subarray(10, 20)))
    await storage.write(name, Buffer.from('new'))
    t.equal((await bytesOf(await storage.read(name))).toString(), 'new')
    t.equal(await storage.byteCount({ id: ID, part: 'thumbnail' }), undefined)
  })

  await t.test('an upload comes in pieces, and is read when it is whole', async (t) => {
    const bytes = randomBytes(6_000_000)
    const { uploads } = storage
    await uploads.create(new Upload({ id: OTHER, size: bytes.length, offset: 0, metadata: {} }))
    t.equal((await uploads.getUpload(OTHER)).offset, 0)
    const cut = 1_000_000
    await uploads.write(Readable.from([bytes.subarray(0, cut)]), OTHER, 0)
    t.equal((await uploads.getUpload(OTHER)).offset, cut)
    await uploads.write(Readable.from([bytes.subarray(cut)]), OTHER, cut)
    const name = { id: OTHER, part: 'upload' } as const
    for (const step of ['uploaded', 'kept', 'settled']) {
      t.equal(await storage.byteCount(name), bytes.length, step)
      t.ok((await bytesOf(await storage.read(name))).equals(bytes), step)
      if (step === 'uploaded') await storage.keepUpload(OTHER)
      else await storage.settle(OTHER)
    }
  })

  await t.test('a stream is written whole or not at all', async (t) => {
    const name = { id: ID, part: 'export' } as const
    const pieces = Array.from({ length: 20 }, () => randomBytes(50_000))
    await storage.write(name, Readable.from(pieces))
    t.equal(await storage.byteCount(name), 1_000_000)
    t.ok((await bytesOf(await storage.read(name))).equals(Buffer.concat(pieces)))
    async function* breaking(): AsyncGenerator<Buffer> {
      yield Buffer.from('half')
      throw new RangeError('broken')
    }
    const broken = Readable.from(breaking())
    await t.rejects(storage.write(name, broken), /broken/)
    t.ok(broken.destroyed)
    t.equal(await storage.byteCount(name), 1_000_000, 'as it was')
    await storage.remove(ID)
    t.equal(await storage.byteCount(name), undefined)
    await storage.write({ id: ID, part: 'image' }, Buffer.from('new'))
  })

  await t.test('what is kept is told, until it is removed', async (t) => {
    const ids = async () => {
      const kept = await Array.fromAsync(storage.list())
      t.ok(kept.every(({ changedAtMs }) => Math.abs(changedAtMs - Date.now()) < 600_000))
      return [...new Set(kept.map(({ id }) => id))].sort()
    }
    t.same(await ids(), [ID, OTHER])
    await storage.removeUpload(OTHER)
    t.equal(await storage.byteCount({ id: OTHER, part: 'upload' }), undefined)
    t.same(await ids(), [ID])
    const { uploads } = storage
    await uploads.create(new Upload({ id: OTHER, size: 10, offset: 0, metadata: {} }))
    await uploads.write(Readable.from([Buffer.from('abc')]), OTHER, 0)
    await storage.write({ id: ID, part: 'thumbnail' }, Buffer.from('x'))
    for (const id of [ID, OTHER, OTHER]) await storage.remove(id)
    t.same(await ids(), [])
  })
}
