/** Media, put together: storage, uploads, and what serves and tidies them. */
import { join } from 'node:path'
import { InternalError, type PlainStore, type ServerPlugin } from '../../framework/index.ts'
import type { Config } from '../config.ts'
import type { attachment } from '../resources/attachment.ts'
import { createDiskStorage } from './disk-storage.ts'
import { createImages } from './images.ts'
import { mediaPlugin } from './media-plugin.ts'
import type { MediaStorage } from './media-storage.ts'
import { uploadPlugin } from './upload-plugin.ts'
import { createUploads, keepPicture, type KeptPicture } from './uploads.ts'

/** Media of a messenger. */
export interface Media {
  readonly plugins: readonly ServerPlugin[]
  /** Opened when it is first asked for. @throws DeclarationError when there is no place for it */
  readonly storage: () => Promise<MediaStorage>
  /**
   * Makes a JPEG of ours anew, and keeps it, as if it had been uploaded.
   * @param id of the attachment that will be
   * @throws InternalError for one that can't be
   */
  keepPicture(id: string, bytes: Buffer): Promise<KeptPicture>
  close(): Promise<void>
}

/** Opens media. Nothing is kept, asked of a service or loaded until somebody uploads or asks for some. */
export function openMedia(
  { dataDir, mediaBucket, mediaMaxBytes: maxBytes, mediaMaxPixels }: Config,
  attachments: PlainStore<typeof attachment>,
): Media {
  let opened: Promise<MediaStorage> | undefined
  const open = async (): Promise<MediaStorage> => {
    const disk = createDiskStorage(join(dataDir, 'media'))
    if (mediaBucket === undefined) return disk
    // What speaks to services is large.
    const { createS3Storage } = await import('./s3-storage.ts')
    return createS3Storage(mediaBucket, disk)
  }
  const storage = (): Promise<MediaStorage> =>
    (opened ??= open().catch((error: unknown) => {
      opened = undefined
      throw error
    }))
  const images = createImages(mediaMaxPixels)
  const uploads = createUploads({ attachments, storage, images, maxBytes })
  return Object.freeze<Media>({
    plugins: [uploadPlugin({ uploads, storage, maxBytes }), mediaPlugin({ attachments, storage })],
    storage,
    async keepPicture(id, bytes) {
      const read = () => Promise.resolve(bytes)
      const parts = { storage: await storage(), images, read, mediaType: 'image/jpeg' }
      const kept = await keepPicture(id, parts)
      if (kept === undefined) throw new InternalError('A picture could not be made.')
      return kept
    },
    async close() {
      if (opened !== undefined) (await opened).close()
    },
  })
}
