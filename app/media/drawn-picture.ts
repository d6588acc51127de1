/** Draws pictures for the demonstration: a landscape, and a person who could be anybody. */
import sharp from 'sharp'
import type { Colour, Scene } from '../demonstration-script.ts'

const LANDSCAPE = Object.freeze({ width: 480, height: 300 })
const PORTRAIT = Object.freeze({ width: 160, height: 160 })
const SUN: Colour = [255, 245, 215]

interface Size {
  readonly width: number
  readonly height: number
}

/** @param colourAt of a place: from 0 at the left or top to 1 */
function draw(
  { width, height }: Size,
  colourAt: (x: number, y: number) => Colour,
): Promise<Buffer> {
  const pixels = Buffer.alloc(width * height * 3)
  for (let y = 0; y < height; y += 1) {
    for (let x = 0; x < width; x += 1) {
      pixels.set(colourAt(x / width, y / height), (y * width + x) * 3)
    }
  }
  return sharp(pixels, { raw: { width, height, channels: 3 } })
    .jpeg()
    .toBuffer()
}

/** A JPEG. */
export function drawScene({ sky: [low, high], hills, sun: [sunX, sunY] }: Scene): Promise<Buffer> {
  return draw(LANDSCAPE, (x, y) => {
    const ridge = 0.72 + 0.08 * Math.sin(x * 7 + sunX * 9) + 0.03 * Math.sin(x * 23)
    if (y > ridge) return blend(hills, [0, 0, 0], (y - ridge) * 0.9)
    if (Math.hypot((x - sunX) * 1.6, y - sunY) < 0.08) return SUN
    return blend(high, low, y / ridge)
  })
}

/** A JPEG. */
export function drawPerson(colour: Colour): Promise<Buffer> {
  const figure = blend(colour, [255, 255, 255], 0.75)
  return draw(PORTRAIT, (x, y) => {
    const isHead = Math.hypot(x - 0.5, y - 0.38) < 0.17
    const isBody = Math.hypot(x - 0.5, (y - 1.02) * 0.9) < 0.36
    return isHead || isBody ? figure : blend(colour, [0, 0, 0], y * 0.35)
  })
}

/** @param part of the other: 0 to 1 */
function blend(one: Colour, other: Colour, part: number): Colour {
  const mixed = (at: 0 | 1 | 2): number => Math.round(one[at] + (other[at] - one[at]) * part)
  return [mixed(0), mixed(1), mixed(2)]
}
