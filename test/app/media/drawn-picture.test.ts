/** Tests drawn-picture.ts. */
import sharp from 'sharp'
import { test } from 'tap'
import { CONVERSATIONS } from '../../../app/demonstration-script.ts'
import { drawPerson, drawScene } from '../../../app/media/drawn-picture.ts'

test('pictures are JPEGs, and differ', async (t) => {
  const scenes = CONVERSATIONS.flatMap(({ lines }) =>
    lines.flatMap(({ photo }) => photo?.scene ?? []),
  )
  const drawn = [...scenes.map(drawScene), drawPerson([200, 80, 40]), drawPerson([40, 80, 200])]
  const bytes = await Promise.all(drawn)
  for (const one of bytes) t.equal((await sharp(one).metadata()).format, 'jpeg')
  t.equal(new Set(bytes.map((one) => one.toString('base64'))).size, bytes.length)
})
