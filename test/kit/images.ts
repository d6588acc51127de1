/** Images for tests, made when they are needed. */
import sharp from 'sharp'

/** What a camera has written into `photo`. */
export const SECRET_OF_PHOTO = 'taken by Tim at home'

const RED = { width: 90, height: 60, channels: 3, background: 'red' } as const

/** A picture of 90 × 60 pixels that lies on its side, with what a camera knows of where it was. */
export function photo(format: 'jpeg' | 'png' | 'webp' = 'jpeg'): Promise<Buffer> {
  return sharp({ create: RED })
    .withExif({
      IFD0: { Copyright: SECRET_OF_PHOTO },
      IFD3: { GPSLatitudeRef: 'N', GPSLatitude: '48/1 12/1 30/1' },
    })
    .withMetadata({ orientation: 6 })
    .toFormat(format)
    .toBuffer()
}

/** A GIF of as many frames. */
export function movingPicture(frames = 3): Promise<Buffer> {
  const pixels = Buffer.alloc(20 * 20 * 3 * frames)
  for (const [place] of pixels.entries()) pixels[place] = (place * 7919) % 251
  const raw = { width: 20, height: 20 * frames, channels: 3, pageHeight: 20 } as const
  return sharp(pixels, { raw }).gif().toBuffer()
}

/** A PNG of a few kilobytes that unpacks to many pixels. */
export function bomb(width = 8_000, height = 8_000): Promise<Buffer> {
  return sharp({
    create: { width, height, channels: 3, background: 'black' },
    limitInputPixels: false,
  })
    .png({ compressionLevel: 9, palette: true })
    .toBuffer()
}
