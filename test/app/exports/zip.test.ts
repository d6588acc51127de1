/** Tests zip.ts with a reader of its own: names, contents, and what becomes of files that break. */
import { once } from 'node:events'
import { Readable } from 'node:stream'
import { test } from 'tap'
import { zipOf, type ZipEntry } from '../../../app/exports/zip.ts'
import { unzip } from '../../kit/unzip.ts'

const entry = (name: string, read: () => Readable, isPacked = false): ZipEntry => ({
  name,
  isPacked,
  read: () => Promise.resolve(read()),
})

async function* each(...entries: readonly ZipEntry[]): AsyncGenerator<ZipEntry> {
  yield* entries
}

const bytesOf = async (stream: Readable): Promise<Buffer> =>
  Buffer.concat((await stream.toArray()) as Buffer[])

test('files are read back as they were, packed or not', async (t) => {
  const large = Buffer.alloc(3_000_000, 'lamp ')
  const bytes = await bytesOf(
    zipOf(
      each(
        entry('a.ndjson', () => Readable.from(['{"text":"Zażółć 💡"}\n'], { objectMode: false })),
        entry('media/b.bin', () => Readable.from([large]), true),
        entry('empty.ndjson', () => Readable.from([], { objectMode: false })),
      ),
    ),
  )
  const files = await unzip(bytes)
  t.same([...files.keys()], ['a.ndjson', 'media/b.bin', 'empty.ndjson'])
  t.equal(files.get('a.ndjson')?.toString(), '{"text":"Zażółć 💡"}\n')
  t.ok(files.get('media/b.bin')?.equals(large))
  t.equal(files.get('empty.ndjson')?.length, 0)
  t.ok(bytes.length > large.length, 'what is packed already is left as it is')
})

test('without files it is an empty zip', async (t) => {
  t.equal((await unzip(await bytesOf(zipOf(each())))).size, 0)
})

test('files are opened one after the other', async (t) => {
  let [open, most] = [0, 0]
  const counted = (): Readable => {
    most = Math.max(most, ++open)
    const file = Readable.from([Buffer.alloc(100_000)])
    file.once('close', () => (open -= 1))
    return file
  }
  await bytesOf(zipOf(each(...['a', 'b', 'c'].map((name) => entry(name, counted)))))
  t.equal(most, 1)
  t.equal(open, 0)
})

test('what goes wrong with a file, or before it, goes wrong with the zip', async (t) => {
  const broken = (): Readable =>
    new Readable({
      read() {
        this.destroy(new RangeError('broken'))
      },
    })
  await t.rejects(bytesOf(zipOf(each(entry('a', broken)))), /broken/)
  const absent: ZipEntry = {
    ...entry('a', broken),
    read: () => Promise.reject(new RangeError('no')),
  }
  await t.rejects(bytesOf(zipOf(each(absent))), /no/)
  async function* failing(): AsyncGenerator<ZipEntry> {
    yield entry('a', () => Readable.from(['x']))
    throw new RangeError('away')
  }
  await t.rejects(bytesOf(zipOf(failing())), /away/)
})

test('one that is broken before somebody reads it tells so then', async (t) => {
  const bytes = zipOf(each())
  bytes.destroy(new RangeError('stop'))
  await new Promise(setImmediate)
  await t.rejects(bytesOf(bytes), /stop/)
})

test('who stops reading closes the file that is being read', async (t) => {
  const endless = new Readable({
    read() {
      this.push(Buffer.alloc(65_536))
    },
  })
  const closed = once(endless, 'close')
  const bytes = zipOf(each(entry('a', () => endless, true)))
  await once(bytes, 'readable')
  bytes.destroy()
  await closed
  t.ok(endless.destroyed)
})
