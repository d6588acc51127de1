/** Tests s3-storage.ts by the contract of storages, and the whole way of a file, against a service that speaks S3. */
import { readdir } from 'node:fs/promises'
import { S3 } from '@aws-sdk/client-s3'
import { startFauxqs } from 'fauxqs'
import t, { type Test } from 'tap'
import type { Bucket } from '../../../app/media/bucket.ts'
import { createDiskStorage } from '../../../app/media/disk-storage.ts'
import { createS3Storage } from '../../../app/media/s3-storage.ts'
import { testMediaStorage } from '../../contracts/media-storage.ts'
import { photo } from '../../kit/images.ts'
import { openMediaMessenger } from '../../kit/uploads.ts'

async function openBucket(t: Test): Promise<Bucket> {
  const service = await startFauxqs({ port: 0, host: '127.0.0.1', logger: false })
  t.teardown(() => service.stop())
  const bucket = {
    endpoint: `http://127.0.0.1:${String(service.port)}`,
    region: 'us-east-1',
    bucket: 'media',
    credentials: { accessKeyId: 'test', secretAccessKey: 'test' },
  }
  service.createBucket('media')
  return bucket
}

t.test('a bucket keeps media', async (t) => {
  const bucket = await openBucket(t)
  await testMediaStorage(t, () => createS3Storage(bucket, createDiskStorage(t.testdir())))
})

t.test('a service that is away is not an absent file', async (t) => {
  const place = { ...(await openBucket(t)), bucket: 'another' }
  const storage = createS3Storage(place, createDiskStorage(t.testdir()))
  t.teardown(() => storage.close())
  const error = await storage.read({ id: 'x', part: 'image' }).catch((thrown: unknown) => thrown)
  t.match(error, { name: 'NoSuchBucket' })
})

t.test('files are uploaded to a bucket and served from it', async (t) => {
  const mediaBucket = await openBucket(t)
  const messenger = await openMediaMessenger(t, { mediaBucket })
  const tim = messenger.as((await messenger.signUp('tim')).token)
  const bytes = Buffer.alloc(7_000_000, 'abcdefg')
  const path = await tim.begin(bytes.length, { filename: 'a.txt' })
  t.equal((await tim.append(path, 0, bytes.subarray(0, 100))).status, 204)
  const asked = await tim.send('HEAD', path, { headers: { 'tus-resumable': '1.0.0' } })
  t.equal(asked.headers.get('upload-offset'), '100')
  t.equal((await tim.append(path, 100, bytes.subarray(100))).status, 204)
  const key = path.replace('/uploads/', '')
  const served = await tim.send('GET', `/media/${key}`, { headers: { range: 'bytes=-3' } })
  t.equal(await served.text(), 'efg')
  const whole = Buffer.from(await (await tim.send('GET', `/media/${key}`)).arrayBuffer())
  t.ok(whole.equals(bytes))
  const { id, kind } = await tim.upload(await photo())
  t.equal(kind, 'image')
  t.equal((await tim.send('GET', `/media/${id}/thumbnail`)).status, 200)
  const { endpoint, region, credentials, bucket: Bucket } = mediaBucket
  const client = new S3({
    endpoint,
    region,
    forcePathStyle: true,
    ...(credentials && { credentials }),
  })
  t.teardown(() => client.destroy())
  const { Contents = [] } = await client.listObjectsV2({ Bucket })
  t.same(
    Contents.map(({ Key = '' }) => Key).filter((name) => name.startsWith(id)),
    [`${id}.image`, `${id}.thumbnail`],
    'nothing of what it knew is left',
  )
  t.same(await readdir(messenger.folder), [], 'what is in the bucket is not here too')
})
