/** Tells what a file is by its bytes, whatever it is called. */
import { fileTypeFromBuffer } from 'file-type'
import type { KINDS } from '../resources/attachment.ts'

/** What a page can do with a file, and as what it is served. */
export interface MediaType {
  readonly kind: (typeof KINDS)[number]
  readonly mediaType: string
}

/** What it is judged by: enough for every type below, and little enough that nothing in it takes long. */
export const HEAD_BYTES = 65_536

/** What is served as no more than bytes: documents, programs, archives, and whatever a browser could run. */
const FILE: MediaType = Object.freeze({ kind: 'file', mediaType: 'application/octet-stream' })

/** What browsers show or play without running anything of it, by what the library calls it. Everything else is a file. */
const PLAYED: Readonly<Record<string, MediaType>> = Object.freeze({
  'image/jpeg': { kind: 'image', mediaType: 'image/jpeg' },
  'image/png': { kind: 'image', mediaType: 'image/png' },
  'image/apng': { kind: 'image', mediaType: 'image/png' },
  'image/gif': { kind: 'image', mediaType: 'image/gif' },
  'image/webp': { kind: 'image', mediaType: 'image/webp' },
  'image/avif': { kind: 'image', mediaType: 'image/webp' },
  'video/mp4': { kind: 'video', mediaType: 'video/mp4' },
  'video/x-m4v': { kind: 'video', mediaType: 'video/mp4' },
  'video/quicktime': { kind: 'video', mediaType: 'video/quicktime' },
  'video/webm': { kind: 'video', mediaType: 'video/webm' },
  'audio/mpeg': { kind: 'audio', mediaType: 'audio/mpeg' },
  'audio/mp4': { kind: 'audio', mediaType: 'audio/mp4' },
  'audio/x-m4a': { kind: 'audio', mediaType: 'audio/mp4' },
  'audio/aac': { kind: 'audio', mediaType: 'audio/aac' },
  'audio/wav': { kind: 'audio', mediaType: 'audio/wav' },
  'audio/flac': { kind: 'audio', mediaType: 'audio/flac' },
  'audio/x-flac': { kind: 'audio', mediaType: 'audio/flac' },
  'audio/ogg': { kind: 'audio', mediaType: 'audio/ogg' },
  'audio/opus': { kind: 'audio', mediaType: 'audio/ogg' },
  'audio/webm': { kind: 'audio', mediaType: 'audio/webm' },
})

/** Pictures of icons and drawings, in which no camera says where it was. */
const NO_PHOTO: ReadonlySet<string> = new Set([
  'image/bmp',
  'image/icns',
  'image/ktx',
  'image/svg+xml',
  'image/vnd.dwg',
  'image/x-icon',
])

/**
 * Judges the first bytes of a file. An image is one only when it can be made anew, which is for others to try: until then this is what
 * it claims.
 * @param head its first `HEAD_BYTES` bytes, or all of it
 * @returns undefined for a photo that can't be made anew (HEIC, TIFF, raw): as a file it would tell where it was taken
 */
export async function mediaTypeOf(head: Buffer): Promise<MediaType | undefined> {
  const mime = await fileTypeFromBuffer(head).then(
    (found) => found?.mime.split(';')[0] ?? '',
    // What leads its reader astray is nothing that anybody plays.
    () => '',
  )
  if (Object.hasOwn(PLAYED, mime)) return PLAYED[mime]
  return mime.startsWith('image/') && !NO_PHOTO.has(mime) ? undefined : FILE
}
