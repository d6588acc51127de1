/** Keeps media in a bucket of an S3-compatible service. */
import { Readable } from 'node:stream'
import { NoSuchKey, NotFound, S3, type S3ClientConfig } from '@aws-sdk/client-s3'
import { S3Store } from '@tus/s3-store'
import { InternalError, NotFoundError } from '../../framework/index.ts'
import type { Bucket } from './bucket.ts'
import { idOfName, type MediaName, type MediaPart, type MediaStorage } from './media-storage.ts'

/** What objects of an attachment are called behind its id. */
const SUFFIXES: Readonly<Record<MediaPart, string>> = Object.freeze({
  upload: '',
  image: '.image',
  thumbnail: '.thumbnail',
})
/** Beside an upload: what is known of it, and the last bytes that are too few for a part. The library names them so. */
const KNOWN_OF_UPLOAD = '.info'
const INCOMPLETE_PART = '.part'

/** So much of an upload is on this machine's disk at a time, for each upload under way. The service's least is 5 MiB. */
const PART_BYTES = 8 * 1024 * 1024
const PARTS_AT_A_TIME = 8

/** Nothing is asked of the service yet. */
export function createS3Storage({ bucket, ...place }: Bucket): MediaStorage {
  const config: S3ClientConfig = {
    region: place.region,
    endpoint: place.endpoint,
    // Services of one's own seldom have a host name for each bucket.
    forcePathStyle: true,
    ...(place.credentials && { credentials: place.credentials }),
    // Others than AWS don't all know the newer checksums.
    requestChecksumCalculation: 'WHEN_REQUIRED',
    responseChecksumValidation: 'WHEN_REQUIRED',
  }
  const client = new S3(config)
  const keyOf = ({ id, part }: MediaName): string => id + SUFFIXES[part]
  const removeKeys = async (keys: readonly string[]): Promise<void> => {
    for (const Key of keys) await client.deleteObject({ Bucket: bucket, Key })
  }
  const uploads = new EndingS3Store({
    partSize: PART_BYTES,
    maxConcurrentPartUploads: PARTS_AT_A_TIME,
    useTags: false,
    s3ClientConfig: { ...config, bucket },
  })
  const removeUpload = async (id: string): Promise<void> => {
    // Also ends an upload that was not finished; of one that was the service knows nothing any more.
    await uploads.remove(id).catch((error: unknown) => {
      if (!isUploadAbsent(error)) throw error
    })
    await removeKeys([id, id + KNOWN_OF_UPLOAD, id + INCOMPLETE_PART])
  }
  return Object.freeze<MediaStorage>({
    uploads,
    async write(name, bytes) {
      await client.putObject({ Bucket: bucket, Key: keyOf(name), Body: bytes })
    },
    async byteCount(name) {
      try {
        return (await client.headObject({ Bucket: bucket, Key: keyOf(name) })).ContentLength
      } catch (error) {
        if (isAbsent(error)) return undefined
        throw error
      }
    },
    async read(name, range) {
      const Range = range && `bytes=${String(range.start)}-${String(range.end)}`
      try {
        const { Body } = await client.getObject({ Bucket: bucket, Key: keyOf(name), Range })
        if (Body instanceof Readable) return Body
        throw new InternalError('The service has answered no stream.')
      } catch (error) {
        if (isAbsent(error)) throw new NotFoundError(undefined, { cause: error })
        throw error
      }
    },
    removeUpload,
    async remove(id) {
      await removeUpload(id)
      await removeKeys([keyOf({ id, part: 'image' }), keyOf({ id, part: 'thumbnail' })])
    },
    async *list() {
      let ContinuationToken: string | undefined
      do {
        const page = await client.listObjectsV2({ Bucket: bucket, ContinuationToken })
        for (const { Key = '', LastModified } of page.Contents ?? []) {
          const id = idOfName(Key)
          if (id !== undefined) yield { id, changedAtMs: LastModified?.getTime() ?? 0 }
        }
        ContinuationToken = page.NextContinuationToken
      } while (ContinuationToken !== undefined)
    },
    close: () => {
      client.destroy()
      uploads.end()
    },
  })
}

/** The library's store, which has no end of its own. */
class EndingS3Store extends S3Store {
  end(): void {
    this.client.destroy()
  }
}

function isAbsent(error: unknown): boolean {
  return error instanceof NoSuchKey || error instanceof NotFound
}

/** The library throws a plain object for what it does not find. */
function isUploadAbsent(error: unknown): boolean {
  if (typeof error !== 'object' || error === null) return false
  if ('status_code' in error && error.status_code === 404) return true
  return 'name' in error && (error.name === 'NoSuchUpload' || error.name === 'NoSuchKey')
}
