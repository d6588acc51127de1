/** Uploads as rows: who may begin one, who goes on with it, and what becomes of its bytes. */
import {
  HttpError,
  InvalidError,
  NotFoundError,
  StaleError,
  TooManyRequestsError,
  where,
  type Fault,
  type Item,
  type PlainStore,
  type ServerSetInput,
} from '../../framework/index.ts'
import { all } from '../resources/all.ts'
import { PURPOSES, type attachment } from '../resources/attachment.ts'
import { tidyFileName } from './file-name.ts'
import type { Images } from './images.ts'
import { isMediaId, type MediaStorage } from './media-storage.ts'
import { HEAD_BYTES, mediaTypeOf } from './media-type.ts'

/** What somebody announces to upload. */
export interface NewUpload {
  readonly owner: string
  /** Bytes; undefined: it was not told. */
  readonly byteCount: number | undefined
  /** `filename` and `purpose`; others are not looked at. */
  readonly metadata: Readonly<Record<string, string | null>>
}

/** Uploads. */
export interface Uploads {
  /**
   * Makes the row of an upload.
   * @returns its id
   * @throws InvalidError; HttpError 413 for more bytes than a file may have, or than somebody may leave loose; TooManyRequestsError for
   * too many files that are
   */
  begin(upload: NewUpload): Promise<string>
  /** The upload of its owner. @throws NotFoundError for what is none, and for everybody else */
  find(id: string, owner: string | undefined): Promise<Item<typeof attachment>>
  /**
   * Judges what has been uploaded whole, and makes it ready or refuses it. Once: whoever comes meanwhile waits for the first, and
   * whoever comes later finds it done.
   * @throws UnavailableError when too many are at it; then it can be tried again
   */
  finish(id: string): Promise<void>
  /** Forgets an upload whose bytes are gone. */
  forget(id: string): Promise<void>
}

/** What uploads need. */
export interface UploadsParts {
  readonly attachments: PlainStore<typeof attachment>
  readonly storage: () => Promise<MediaStorage>
  readonly images: Images
  /** Most bytes of one file. */
  readonly maxBytes: number
}

/** Most uploads that somebody may have begun and not finished. */
export const MAX_UNFINISHED = 20
/** Most files that somebody may have that are attached to nothing, those included; what is left of them is cleaned up after a day. */
export const MAX_LOOSE = 50
/** Most bytes of them together, in files of the greatest length. */
const LOOSE_OF_MOST_BYTES = 4
/** An image is in memory while it is made anew. */
export const MAX_IMAGE_BYTES = 33_554_432
const RETRY_AFTER_SECONDS = 60

/** Makes uploads. */
export function createUploads(parts: UploadsParts): Uploads {
  const { attachments, maxBytes } = parts
  const judged = new Map<string, Promise<void>>()

  async function forget(id: string): Promise<void> {
    await attachments.delete(id).catch((error: unknown) => {
      if (!(error instanceof NotFoundError)) throw error
    })
  }

  /** Counted with the new one in it: of several that begin at once each sees those before, so that they are never too many. */
  async function refuseTooMany(owner: string): Promise<void> {
    const filter = where(all, 'attachment', (row) =>
      row.owner_id
        .eq(owner)
        .and(row.state.ne('refused'))
        .and(row.message_id.notExists())
        .and(row.shown_by.some((user) => user.id.exists()).not()),
    )
    const { results } = await attachments.search({ filter, limit: MAX_LOOSE + 1 })
    const unfinished = results.filter(({ item }) => item.state === 'uploading')
    if (results.length > MAX_LOOSE || unfinished.length > MAX_UNFINISHED) {
      throw new TooManyRequestsError(
        RETRY_AFTER_SECONDS,
        `Of files that are attached to nothing you can have ${String(MAX_LOOSE)}, and of unfinished uploads ${String(MAX_UNFINISHED)}. Attach, finish or delete some.`,
      )
    }
    const bytes = results.reduce((sum, { item }) => sum + item.byte_count, 0)
    if (bytes > maxBytes * LOOSE_OF_MOST_BYTES) throw new HttpError(413)
  }

  return Object.freeze<Uploads>({
    async begin({ owner, byteCount, metadata }) {
      const { purpose, name } = parseMetadata(metadata)
      if (byteCount === undefined) throw invalid('Upload-Length', 'is required')
      if (byteCount > maxBytes) throw new HttpError(413)
      const { key } = await attachments.create({
        owner_id: owner,
        purpose,
        state: 'uploading',
        kind: 'file',
        name,
        media_type: 'application/octet-stream',
        byte_count: byteCount,
      })
      try {
        await refuseTooMany(owner)
      } catch (error) {
        await forget(key)
        throw error
      }
      return key
    },
    async find(id, owner) {
      const found = isMediaId(id) ? await attachments.read(id) : undefined
      if (found === undefined || owner === undefined || found.item.owner_id !== owner) {
        throw new NotFoundError('There is no such upload.')
      }
      return found.item
    },
    finish(id) {
      const running = judged.get(id) ?? finish(parts, id).finally(() => judged.delete(id))
      judged.set(id, running)
      return running
    },
    forget,
  })
}

function parseMetadata({ filename, purpose }: NewUpload['metadata']) {
  const known = PURPOSES.find((one) => one === (purpose ?? 'message'))
  if (known === undefined) {
    throw invalid('Upload-Metadata', `purpose must be one of ${PURPOSES.join(', ')}`)
  }
  return { purpose: known, name: tidyFileName(filename ?? '') }
}

function invalid(header: string, detail: string): InvalidError {
  const fault: Fault = { pointer: `#${header}`, detail }
  return new InvalidError([fault])
}

type Outcome = ServerSetInput<typeof attachment>

async function finish({ attachments, images, ...parts }: UploadsParts, id: string): Promise<void> {
  const row = await attachments.read(id)
  if (row?.item.state !== 'uploading') return
  const storage = await parts.storage()
  const outcome = await judge(id, { purpose: row.item.purpose, storage, images })
  const precondition = where(all, 'attachment', (one) => one.state.eq('uploading'))
  try {
    await attachments.update(id, outcome, { precondition })
  } catch (error) {
    if (error instanceof StaleError) return
    if (!(error instanceof NotFoundError)) throw error
    // Deleted meanwhile, and its files with it, but for those that have just been written.
    await storage.remove(id)
    return
  }
  // What is known of an image from where it was made goes with the bytes that tell it.
  const isMadeAnew = outcome.kind === 'image' || outcome.state === 'refused'
  await (isMadeAnew ? storage.removeUpload(id) : storage.settle(id))
}

interface Judging {
  readonly purpose: string
  readonly storage: MediaStorage
  readonly images: Images
}

const REFUSED: Outcome = Object.freeze({ state: 'refused' })

async function judge(id: string, { purpose, storage, images }: Judging): Promise<Outcome> {
  const upload = { id, part: 'upload' } as const
  const byteCount = (await storage.byteCount(upload)) ?? 0
  const head = byteCount === 0 ? Buffer.alloc(0) : await readHead(storage, id, byteCount)
  const type = await mediaTypeOf(head)
  if (type === undefined) return REFUSED
  const { kind, mediaType } = type
  const isImage = kind === 'image'
  if (!isImage && purpose !== 'avatar') {
    await storage.keepUpload(id)
    return { state: 'ready', kind, media_type: mediaType, byte_count: byteCount }
  }
  if (!isImage || byteCount > MAX_IMAGE_BYTES) return REFUSED
  return (
    (await keepPicture(id, { storage, images, read: () => readWhole(storage, id), mediaType })) ??
    REFUSED
  )
}

/** What an attachment says of a picture that is kept. */
export interface KeptPicture {
  readonly state: 'ready'
  readonly kind: 'image'
  readonly media_type: string
  readonly byte_count: number
  readonly width: number
  readonly height: number
}

/** A picture, and what keeps it. */
export interface PictureParts {
  readonly storage: Pick<MediaStorage, 'write'>
  readonly images: Images
  readonly read: () => Promise<Buffer>
  readonly mediaType: string
}

/** Makes a picture anew, and keeps it with its thumbnail. @returns undefined: it is broken, too large, or takes too long */
export async function keepPicture(
  id: string,
  { storage, images, read, mediaType: media_type }: PictureParts,
): Promise<KeptPicture | undefined> {
  const made = await images.remake(read, media_type)
  if (made === undefined) return undefined
  const { bytes, width, height, thumbnail } = made
  await storage.write({ id, part: 'thumbnail' }, thumbnail)
  await storage.write({ id, part: 'image' }, bytes)
  return { state: 'ready', kind: 'image', media_type, byte_count: bytes.length, width, height }
}

async function readHead(storage: MediaStorage, id: string, byteCount: number): Promise<Buffer> {
  const end = Math.min(byteCount, HEAD_BYTES) - 1
  const stream = await storage.read({ id, part: 'upload' }, { start: 0, end })
  return Buffer.concat(await stream.toArray())
}

async function readWhole(storage: MediaStorage, id: string): Promise<Buffer> {
  return Buffer.concat(await (await storage.read({ id, part: 'upload' })).toArray())
}
