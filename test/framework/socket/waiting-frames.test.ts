/** Frames wait in order, and of those with a key the last alone. */
import t from 'tap'
import { createWaitingFrames } from '../../../framework/socket/waiting-frames.ts'

const frame = (length: number, first: number): Buffer => Buffer.alloc(length, first)

t.test('frames come out in the order of their places, each once', (t) => {
  const frames = createWaitingFrames()
  t.equal(frames.take(), undefined)
  frames.add(frame(1, 1))
  frames.put(frame(2, 2), 'a')
  frames.add(frame(3, 3))
  frames.put(frame(5, 4), 'a')
  frames.put(frame(7, 5), 'b')
  t.equal(frames.bytes(), 16)
  t.same([frames.bytesOf('a'), frames.bytesOf('b'), frames.bytesOf('c')], [5, 7, 0])
  t.same(
    [1, 2, 3, 4].map(() => frames.take()?.[0]),
    [1, 4, 3, 5],
  )
  t.equal(frames.take(), undefined)
  t.equal(frames.bytes(), 0)
  frames.put(frame(1, 6), 'a')
  t.equal(frames.take()?.[0], 6, 'what was taken is not replaced')
  t.end()
})

t.test('what has a key is dropped by it, or as the oldest', (t) => {
  const frames = createWaitingFrames()
  t.equal(frames.dropOldest(), false)
  for (const [index, key] of ['a', 'b', 'c'].entries()) frames.put(frame(1, index), key)
  frames.add(frame(1, 9))
  frames.drop('b')
  frames.drop('nothing')
  t.equal(frames.dropOldest(), true)
  t.equal(frames.bytes(), 2)
  t.equal(frames.take()?.[0], 2)
  t.equal(frames.dropOldest(), false, 'what has none is never dropped')
  t.equal(frames.take()?.[0], 9)
  frames.put(frame(1, 1), 'a')
  frames.clear()
  t.equal(frames.bytes(), 0)
  t.equal(frames.bytesOf('a'), 0)
  t.equal(frames.take(), undefined)
  t.end()
})
