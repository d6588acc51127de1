/** Keeps media in a bucket of an S3-compatible service. */
import { Readable } from 'node:stream'
import { NoSuchKey, NotFound, S3 } from '@aws-sdk/client-s3'
import { InternalError, NotFoundError } from '../../framework/index.ts'
import type { Bucket } from './bucket.ts'
import {
  idOfName,
  type KeptMedia,
  type MediaName,
  type MediaPart,
  type MediaStorage,
} from './media-storage.ts'

/** What objects are called behind the id of what they are of. */
const SUFFIXES: Readonly<Record<MediaPart, string>> = Object.freeze({
  upload: '',
  image: '.image',
  thumbnail: '.thumbnail',
  export: '.zip',
})

/**
 * Uploads are gathered on this machine, where a piece of any length can be appended and read back, and put into the bucket when they are
 * whole. Nothing is asked of the service yet.
 * @param staging on this machine; of several processes each goes on with the uploads that it has begun, or all share its folder
 */
export function createS3Storage(
  { bucket: Bucket, endpoint, region, credentials }: Bucket,
  staging: MediaStorage,
): MediaStorage {
  const client = new S3({
    region,
    endpoint,
    // Services of one's own seldom have a host name for each bucket.
    forcePathStyle: true,
    ...(credentials && { credentials }),
    // Others than AWS don't all know the newer checksums.
    requestChecksumCalculation: 'WHEN_REQUIRED',
    responseChecksumValidation: 'WHEN_REQUIRED',
  })
  const keyOf = ({ id, part }: MediaName): string => id + SUFFIXES[part]
  const isStaged = async (name: MediaName): Promise<boolean> =>
    name.part === 'upload' && (await staging.byteCount(name)) !== undefined
  const removeUpload = async (id: string): Promise<void> => {
    await staging.removeUpload(id)
    await client.deleteObject({ Bucket, Key: keyOf({ id, part: 'upload' }) })
  }
  return Object.freeze<MediaStorage>({
    uploads: staging.uploads,
    async write(name, bytes) {
      const put = (body: Sized): Promise<unknown> =>
        client.putObject({ Bucket, Key: keyOf(name), ...body })
      if (bytes instanceof Readable) await putStaged(staging, { name, bytes, put })
      else await put({ Body: bytes })
    },
    async byteCount(name) {
      if (await isStaged(name)) return staging.byteCount(name)
      try {
        return (await client.headObject({ Bucket, Key: keyOf(name) })).ContentLength
      } catch (error) {
        if (isAbsent(error)) return undefined
        throw error
      }
    },
    async read(name, range) {
      if (await isStaged(name)) return staging.read(name, range)
      const Range = range && `bytes=${String(range.start)}-${String(range.end)}`
      try {
        const { Body } = await client.getObject({ Bucket, Key: keyOf(name), Range })
        if (Body instanceof Readable) return Body
        throw new InternalError('The service has answered no stream.')
      } catch (error) {
        if (isAbsent(error)) throw new NotFoundError(undefined, { cause: error })
        throw error
      }
    },
    async keepUpload(id) {
      const name = { id, part: 'upload' } as const
      const ContentLength = await staging.byteCount(name)
      // Put there by who was here before.
      if (ContentLength === undefined) return
      const Body = await staging.read(name)
      await client.putObject({ Bucket, Key: keyOf(name), Body, ContentLength })
    },
    settle: (id) => staging.removeUpload(id),
    removeUpload,
    async remove(id) {
      await staging.remove(id)
      for (const part of ['upload', 'image', 'thumbnail', 'export'] as const)
        await client.deleteObject({ Bucket, Key: keyOf({ id, part }) })
    },
    async *list() {
      yield* staging.list()
      yield* listBucket(client, Bucket)
    },
    close: () => {
      client.destroy()
      staging.close()
    },
  })
}

async function* listBucket(client: S3, Bucket: string): AsyncGenerator<KeptMedia> {
  let ContinuationToken: string | undefined
  do {
    const page = await client.listObjectsV2({ Bucket, ContinuationToken })
    for (const { Key = '', LastModified } of page.Contents ?? []) {
      const id = idOfName(Key)
      if (id !== undefined) yield { id, changedAtMs: LastModified?.getTime() ?? 0 }
    }
    ContinuationToken = page.NextContinuationToken
  } while (ContinuationToken !== undefined)
}

/** What is put into the bucket. */
interface Sized {
  readonly Body: Buffer | Readable
  readonly ContentLength?: number | undefined
}

interface Staged {
  readonly name: MediaName
  readonly bytes: Readable
  readonly put: (body: Sized) => Promise<unknown>
}

/** By this machine: the service wants to know beforehand how long a stream is. */
async function putStaged(staging: MediaStorage, { name, bytes, put }: Staged): Promise<void> {
  try {
    await staging.write(name, bytes)
    const ContentLength = await staging.byteCount(name)
    await put({ Body: await staging.read(name), ContentLength })
  } finally {
    await staging.remove(name.id)
  }
}

function isAbsent(error: unknown): boolean {
  return error instanceof NoSuchKey || error instanceof NotFound
}
