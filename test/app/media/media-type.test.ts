/** Tests media-type.ts: files are what is in them. */
import sharp from 'sharp'
import t from 'tap'
import { mediaTypeOf } from '../../../app/media/media-type.ts'
import { movingPicture, photo } from '../../kit/images.ts'

const FILE = { kind: 'file', mediaType: 'application/octet-stream' }

/** A box of an MP4 that says which kind of it this is. */
const mp4 = (brand: string): Buffer =>
  Buffer.from(`\0\0\0\x18ftyp${brand}\0\0\0\0${brand}isom`, 'latin1')

t.test('what can be shown or played is known by its bytes', async (t) => {
  t.same(await mediaTypeOf(await photo('jpeg')), { kind: 'image', mediaType: 'image/jpeg' })
  t.same(await mediaTypeOf(await photo('png')), { kind: 'image', mediaType: 'image/png' })
  t.same(await mediaTypeOf(await photo('webp')), { kind: 'image', mediaType: 'image/webp' })
  t.same(await mediaTypeOf(await movingPicture()), { kind: 'image', mediaType: 'image/gif' })
  t.same(await mediaTypeOf(mp4('isom')), { kind: 'video', mediaType: 'video/mp4' })
  t.same(await mediaTypeOf(mp4('M4A ')), { kind: 'audio', mediaType: 'audio/mp4' })
  t.same(await mediaTypeOf(mp4('avif')), { kind: 'image', mediaType: 'image/webp' })
  t.same(
    await mediaTypeOf(
      Buffer.from('OggS\0\x02\0\0\0\0\0\0\0\0\0\0\0\0\0\0\0\0\0\0\0\0\x01\x1eOpusHead', 'latin1'),
    ),
    {
      kind: 'audio',
      mediaType: 'audio/ogg',
    },
  )
  t.same(await mediaTypeOf(Buffer.from('RIFF\x24\0\0\0WAVEfmt ', 'latin1')), {
    kind: 'audio',
    mediaType: 'audio/wav',
  })
})

t.test('a photo that can’t be made anew is not even a file', async (t) => {
  for (const brand of ['heic', 'mif1', 'crx '])
    t.equal(await mediaTypeOf(mp4(brand)), undefined, brand)
  t.equal(
    await mediaTypeOf(
      await sharp(await photo())
        .tiff()
        .toBuffer(),
    ),
    undefined,
    'TIFF',
  )
  t.same(await mediaTypeOf(Buffer.from('\0\0\x01\0\x01\0', 'latin1')), FILE, 'an icon')
})

t.test('everything else is a file', async (t) => {
  const others = [
    '',
    'a',
    '<html>',
    '<svg/>',
    '%PDF-1.7',
    'PK\x03\x04',
    'BM\0\0',
    '\x7fELF',
    '#!/bin/sh',
  ]
  for (const text of others) t.same(await mediaTypeOf(Buffer.from(text, 'latin1')), FILE, text)
  const bytes = await photo()
  for (let length = 0; length < 40; length += 1) await mediaTypeOf(bytes.subarray(0, length))
})
