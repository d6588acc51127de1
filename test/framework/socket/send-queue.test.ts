/** The queue keeps order, keeps its bound, and tells when there is room. */
import { setFlagsFromString } from 'node:v8'
import { runInNewContext } from 'node:vm'
import t from 'tap'
import type { FrameStream } from '../../../framework/socket/frame-stream.ts'
import { createSendQueue } from '../../../framework/socket/send-queue.ts'

const LIMIT = 1_048_576

const STREAM_BYTES = 16_384

/** A stream that holds little; what it takes waits until the test lets it through. */
function open() {
  const sent: Buffer[] = []
  const held: number[] = []
  let tell: () => void = () => undefined
  const stream = {
    isOpen: true,
    heldBytes: 0,
    write(frame: Buffer) {
      sent.push(frame)
      held.push(frame.length)
      stream.heldBytes += frame.length
      return stream.heldBytes < STREAM_BYTES
    },
  }
  let fulls = 0
  const frames: FrameStream = {
    isOpen: () => stream.isOpen,
    heldBytes: () => stream.heldBytes,
    hasRoom: () => stream.heldBytes < STREAM_BYTES,
    write: stream.write,
    flush: () => undefined,
    onRoom: (run) => (tell = run),
  }
  const queue = createSendQueue(frames, {
    queueBytes: LIMIT,
    toFrame: (payload) => payload,
    onFull: () => (fulls += 1),
  })
  /** The reader takes frames, and those that follow them. */
  const read = (count = Infinity): void => {
    for (let index = 0; index < count; index += 1) {
      const bytes = held.shift()
      if (bytes === undefined) break
      stream.heldBytes = Math.max(0, stream.heldBytes - bytes)
      tell()
    }
  }
  return { stream, queue, sent, read, fulls: () => fulls }
}

const frame = (length: number, first = 0): Buffer => Buffer.alloc(length, first)

t.test('frames arrive in order, the same bytes, however slowly they are read', (t) => {
  const { queue, sent, read, fulls } = open()
  const frames = Array.from({ length: 500 }, (_, index) => frame(1000, index % 256))
  for (const one of frames) queue.send(one)
  t.equal(sent.length, 17, 'the stream gets little at once')
  read(5)
  t.equal(sent.length, 22)
  queue.send(frame(1))
  read()
  t.equal(sent.length, 501)
  t.ok(frames.every((one, index) => sent[index] === one))
  t.equal(fulls(), 0)
  t.end()
})

t.test('no more than the bound waits; then all is dropped and it is told once', (t) => {
  const { queue, sent, read, fulls } = open()
  for (let index = 0; index < 16; index += 1) queue.send(frame(65_536))
  t.equal(fulls(), 0)
  queue.send(frame(1))
  t.equal(fulls(), 1)
  read()
  t.equal(sent.length, 1, 'what waited is gone')
  t.end()
})

t.test('what the stream holds counts too', (t) => {
  const { stream, queue, fulls } = open()
  queue.send(frame(STREAM_BYTES))
  stream.heldBytes = LIMIT
  queue.send(frame(1))
  t.equal(fulls(), 1)
  t.end()
})

t.test('a single frame goes out whatever its size', (t) => {
  const { queue, sent, fulls } = open()
  queue.send(frame(3 * LIMIT))
  t.equal(sent.length, 1)
  queue.send(frame(1))
  t.equal(fulls(), 1)
  t.end()
})

t.test('a reader that is always a little behind costs no more than what waits', (t) => {
  const { queue, sent, read, fulls } = open()
  for (let index = 0; index < 40; index += 1) queue.send(frame(1000))
  for (let index = 0; index < 5000; index += 1) {
    queue.send(frame(1000, index % 256))
    read(1)
  }
  t.equal(fulls(), 0)
  read()
  t.equal(sent.length, 5040)
  t.equal(sent.at(-1)?.[0], 4999 % 256)
  t.end()
})

t.test('a frame does not overtake those that wait, even when there is room already', (t) => {
  const { stream, queue, sent, read } = open()
  const frames = Array.from({ length: 30 }, (_, index) => frame(1000, index))
  for (const one of frames.slice(0, 29)) queue.send(one)
  stream.heldBytes = 0
  queue.send(frames[29] ?? frame(0))
  read()
  t.same(
    sent.map(([first]) => first),
    frames.map(([first]) => first),
  )
  t.end()
})

t.test('what was sent is let go, also when there is always something that waits', (t) => {
  setFlagsFromString('--expose-gc')
  const collect = runInNewContext('gc') as () => void
  const { queue, sent, read } = open()
  for (let index = 0; index < 40; index += 1) queue.send(frame(1000))
  const early = new WeakRef(frame(1000))
  const sendEarly = (): void => {
    const held = early.deref()
    if (held !== undefined) queue.send(held)
  }
  sendEarly()
  for (let index = 0; index < 200; index += 1) {
    queue.send(frame(1000))
    read(1)
  }
  return new Promise<void>((resolve) => {
    setImmediate(() => {
      sent.length = 0
      collect()
      t.equal(early.deref(), undefined)
      resolve()
    })
  })
})

t.test('a frame that can be done without is replaced by a later one about the same', (t) => {
  const { queue, sent, read, fulls } = open()
  queue.sendDroppable(frame(20_000, 1), 'a')
  t.equal(sent.length, 1, 'at once, while there is room')
  queue.sendDroppable(frame(10, 2), 'a')
  queue.send(frame(10, 3))
  queue.sendDroppable(frame(10, 4), 'b')
  queue.sendDroppable(frame(2000, 5), 'a')
  read()
  t.same(
    sent.map(([first]) => first),
    [1, 5, 3, 4],
  )
  queue.sendDroppable(frame(20_000, 6), 'a')
  queue.sendDroppable(frame(10, 7), 'a')
  read()
  t.same(
    sent.slice(4).map(([first]) => first),
    [6, 7],
    'what was sent is not replaced',
  )
  t.equal(fulls(), 0)
  t.end()
})

t.test('what can be done without fills no more than half, and goes before anything else', (t) => {
  const { queue, sent, read, fulls } = open()
  queue.send(frame(20_000))
  for (let index = 0; index < 100; index += 1) queue.sendDroppable(frame(10_000, 1), `${index}`)
  const kept = Array.from({ length: 100 }, (_, index) => frame(10_000, 2 + (index % 2)))
  for (const one of kept) queue.send(one)
  t.equal(fulls(), 0)
  queue.sendDroppable(frame(10, 9), 'late')
  queue.sendDroppable(frame(10, 9), '60')
  read()
  const must = sent.filter(([first]) => first === 2 || first === 3)
  t.same(must, kept, 'without a hole')
  t.same(sent.length, 101 + 2, 'the oldest are dropped first, and no more than have to be')
  t.equal(sent.filter(([first]) => first === 9).length, 0)
  t.end()
})

t.test('one that finds no room takes the older of its key with it', (t) => {
  const { queue, sent, read, fulls } = open()
  queue.send(frame(20_000))
  queue.sendDroppable(frame(10, 1), 'a')
  queue.sendDroppable(frame(10, 1), 'b')
  queue.send(frame(LIMIT / 2, 2))
  queue.sendDroppable(frame(11, 3), 'a')
  queue.sendDroppable(frame(9, 3), 'b')
  read()
  t.same(
    sent.map(([first]) => first),
    [0, 3, 2],
  )
  t.equal(sent[1]?.length, 9)
  t.equal(fulls(), 0)
  t.end()
})

t.test('a reader is given up only when dropping does not help', (t) => {
  const { stream, queue, sent, read, fulls } = open()
  queue.send(frame(20_000))
  queue.sendDroppable(frame(100_000), 'a')
  queue.send(frame(LIMIT - 20_000))
  t.equal(fulls(), 0)
  queue.send(frame(1))
  t.equal(fulls(), 1)
  stream.isOpen = false
  queue.sendDroppable(frame(1), 'b')
  read()
  t.equal(sent.length, 1)
  t.end()
})

t.test('who waits for room goes on when the reader has caught up', async (t) => {
  const { queue, read } = open()
  await queue.ready()
  for (let index = 0; index < 100; index += 1) queue.send(frame(1000))
  let isReady = false
  const ready = queue.ready().then(() => (isReady = true))
  read(80)
  await Promise.resolve()
  t.equal(isReady, false)
  read()
  await ready
})

t.test('who waits for room is let go when the socket ends', async (t) => {
  const { stream, queue, sent } = open()
  for (let index = 0; index < 100; index += 1) queue.send(frame(1000))
  const ready = queue.ready()
  stream.isOpen = false
  queue.close()
  await ready
  await queue.ready()
  const before = sent.length
  queue.send(frame(1))
  t.equal(sent.length, before, 'nothing is sent into a closed socket')
})
