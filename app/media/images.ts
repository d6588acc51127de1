/** Makes images anew: what is served has been drawn by us, without what a camera or a person has hidden in it. */
import sharp, { type Sharp, type SharpOptions } from 'sharp'
import { createWorkGate } from '../../framework/index.ts'

/** An image as it is served, and a small one. */
export interface MadeImage {
  readonly bytes: Buffer
  /** As it is shown, turned upright. */
  readonly width: number
  readonly height: number
  /** A WebP of its first frame. */
  readonly thumbnail: Buffer
}

/** Makes images. */
export interface Images {
  /**
   * Makes an image anew, of a type that it is served as: `image/jpeg`, `image/png`, `image/gif` or `image/webp`.
   * @param read its bytes, asked for when its turn has come, so that those that wait are not in memory
   * @returns undefined: it is broken, too large, or takes too long
   * @throws UnavailableError when too many are waiting
   */
  remake(read: () => Promise<Buffer>, mediaType: string): Promise<MadeImage | undefined>
}

/** Longer side of a thumbnail, in pixels. */
export const THUMBNAIL_PIXELS = 480

const LIMIT_SECONDS = 20
/** A picture of most pixels takes some hundreds of megabytes while it is made. */
const AT_A_TIME = 2
const WAITING = 50
const JPEG_QUALITY = 85
const THUMBNAIL_QUALITY = 75

/** Of JPEG, PNG, GIF, WebP and AVIF. */
const READERS: readonly string[] = [
  'VipsForeignLoadJpeg',
  'VipsForeignLoadPng',
  'VipsForeignLoadNsgif',
  'VipsForeignLoadWebp',
  'VipsForeignLoadHeif',
]

/**
 * Makes what makes images.
 * @param maxPixels most pixels of an image, all frames together: what is unpacked takes some bytes for each, whatever it has been packed to
 */
export function createImages(maxPixels: number): Images {
  const input: SharpOptions = {
    limitInputPixels: maxPixels,
    // A truncated picture is not filled up with grey.
    failOn: 'truncated',
    sequentialRead: true,
  }
  // It would keep what it has unpacked; and the threads of each image would take the cores of everything else.
  sharp.cache(false)
  sharp.concurrency(1)
  // Whatever the bytes claim to be, no reader of another format gets them.
  sharp.block({ operation: ['VipsForeignLoad'] })
  sharp.unblock({ operation: [...READERS] })
  const gate = createWorkGate({
    concurrency: AT_A_TIME,
    queueLimit: WAITING,
    refusal: 'Too many images are being made. Try again soon.',
  })
  return Object.freeze<Images>({
    remake: (read, mediaType) =>
      gate.run(async () => {
        const bytes = await read()
        try {
          return await remake(bytes, mediaType, input)
        } catch {
          // Whatever the library says of it: it can't be shown.
          return undefined
        }
      }),
  })
}

async function remake(bytes: Buffer, mediaType: string, input: SharpOptions): Promise<MadeImage> {
  const isMoving = mediaType === 'image/gif' || mediaType === 'image/webp'
  const whole = sharp(bytes, { ...input, animated: isMoving })
  const { data, info } = await encoded(whole.autoOrient(), mediaType)
    .timeout({ seconds: LIMIT_SECONDS })
    .toBuffer({ resolveWithObject: true })
  const thumbnail = await sharp(bytes, input)
    .autoOrient()
    .resize(THUMBNAIL_PIXELS, THUMBNAIL_PIXELS, { fit: 'inside', withoutEnlargement: true })
    .webp({ quality: THUMBNAIL_QUALITY })
    .timeout({ seconds: LIMIT_SECONDS })
    .toBuffer()
  return { bytes: data, width: info.width, height: info.pageHeight ?? info.height, thumbnail }
}

function encoded(image: Sharp, mediaType: string): Sharp {
  switch (mediaType) {
    case 'image/jpeg':
      return image.jpeg({ quality: JPEG_QUALITY })
    case 'image/png':
      return image.png()
    case 'image/gif':
      return image.gif()
    default:
      return image.webp({ quality: JPEG_QUALITY })
  }
}
