/** Tests images.ts: images are made anew within bounds, or refused. */
import sharp from 'sharp'
import t from 'tap'
import { createImages, THUMBNAIL_PIXELS } from '../../../app/media/images.ts'
import { bomb, movingPicture, photo } from '../../kit/images.ts'

const MAX_PIXELS = 40_000_000
const { remake } = createImages(MAX_PIXELS)
const of = (bytes: Buffer) => () => Promise.resolve(bytes)

t.test('the longer side of a thumbnail is bounded, and nothing is made larger', async (t) => {
  const wide = await sharp({
    create: { width: 2000, height: 100, channels: 3, background: 'blue' },
  })
    .png()
    .toBuffer()
  const made = await remake(of(wide), 'image/png')
  const { width, height, format } = await sharp(made?.thumbnail).metadata()
  t.same([width, height, format], [THUMBNAIL_PIXELS, 24, 'webp'])
  t.same([made?.width, made?.height], [2000, 100])
  const small = await remake(of(await photo()), 'image/jpeg')
  t.equal((await sharp(small?.thumbnail).metadata()).width, 60)
})

t.test('what is broken is refused', async (t) => {
  const [bytes, gif] = [await photo('png'), await movingPicture()]
  const broken: readonly (readonly [Buffer, string])[] = [
    [Buffer.alloc(0), 'image/png'],
    [bytes.subarray(0, bytes.length / 2), 'image/png'],
    [gif.subarray(0, gif.length / 2), 'image/gif'],
    [(await photo()).subarray(0, 200), 'image/jpeg'],
    [Buffer.concat([bytes.subarray(0, 40), Buffer.alloc(400, 7)]), 'image/png'],
  ]
  for (const [part, type] of broken) t.equal(await remake(of(part), type), undefined, type)
})

t.test('no reader of another format gets what only claims to be an image', async (t) => {
  const svg = Buffer.from('<svg xmlns="http://www.w3.org/2000/svg" width="9" height="9"/>')
  const tiff = Buffer.from('II*\0\x08\0\0\0\0\0\0\0\0\0', 'latin1')
  for (const bytes of [svg, tiff, Buffer.from('%PDF-1.7')])
    t.equal(await remake(of(bytes), 'image/png'), undefined)
})

t.test('a few bytes that would become many pixels are refused at once', async (t) => {
  const bytes = await bomb()
  t.ok(bytes.length < 100_000, `${String(bytes.length)} bytes`)
  const before = process.memoryUsage().rss
  t.equal(await remake(of(bytes), 'image/png'), undefined)
  t.ok(process.memoryUsage().rss - before < 100_000_000, 'nothing was unpacked')
  const [side, frames] = [2_000, Math.ceil(MAX_PIXELS / 4_000_000) + 1]
  const pixels = Buffer.concat(
    Array.from({ length: frames }, (_, frame) => Buffer.alloc(side * side, frame * 20)),
  )
  const raw = { width: side, height: side * frames, channels: 1, pageHeight: side } as const
  const moving = await sharp(pixels, { raw, limitInputPixels: false }).gif({ effort: 1 }).toBuffer()
  t.equal(await remake(of(moving), 'image/gif'), undefined, 'frames count together')
})

t.test('as many pixels as are allowed are made anew', async (t) => {
  const picture = (width: number) =>
    sharp({ create: { width, height: 100, channels: 3, background: '#2a9d8f' } })
      .png()
      .toBuffer()
  const small = createImages(10_000)
  t.match(await small.remake(of(await picture(100)), 'image/png'), { width: 100, height: 100 })
  t.equal(await small.remake(of(await picture(101)), 'image/png'), undefined)
})

t.test('bytes that can’t be read are no fault of the image', async (t) => {
  await t.rejects(
    remake(() => Promise.reject(new RangeError('away')), 'image/png'),
    RangeError,
  )
})
