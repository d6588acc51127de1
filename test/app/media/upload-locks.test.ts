/** Tests upload-locks.ts: one writes at a time, who is waited for is asked to end, and nobody waits for ever. */
import t from 'tap'
import { createUploadLocks } from '../../../app/media/upload-locks.ts'

const NEVER = new AbortController().signal

t.test('one holds a lock, and is asked to end by who comes next', async (t) => {
  const locks = createUploadLocks()
  const [one, two, other] = [locks.newLock('a'), locks.newLock('a'), locks.newLock('b')]
  const order: string[] = []
  await one.lock(NEVER, async () => {
    order.push('asked')
    await one.unlock()
  })
  await other.lock(NEVER, () => void order.push('another upload'))
  await two.lock(NEVER, () => undefined)
  order.push('held')
  t.same(order, ['asked', 'held'])
  await one.unlock()
  const three = locks.newLock('a')
  const waiting = three.lock(NEVER, () => undefined).then(() => order.push('last'))
  t.equal(order.length, 2, 'who holds none lets none go')
  await two.unlock()
  await waiting
  t.same(order, ['asked', 'held', 'last'])
})

t.test('of several that wait each gets its turn', async (t) => {
  const locks = createUploadLocks()
  let holding = 0
  const take = async (): Promise<void> => {
    const lock = locks.newLock('a')
    await lock.lock(NEVER, () => undefined)
    holding += 1
    t.equal(holding, 1)
    await new Promise(setImmediate)
    holding -= 1
    await lock.unlock()
  }
  await Promise.all([take(), take(), take(), take()])
})

t.test('who waits too long, or is gone, gives up', async (t) => {
  const locks = createUploadLocks(20)
  const [one, two] = [locks.newLock('a'), locks.newLock('a')]
  await one.lock(NEVER, () => undefined)
  await t.rejects(
    two.lock(NEVER, () => undefined),
    { name: 'LockTimeout' },
  )
  await t.rejects(
    two.lock(AbortSignal.abort(), () => undefined),
    { name: 'LockTimeout' },
  )
  await two.unlock()
  await t.rejects(
    locks.newLock('a').lock(NEVER, () => undefined),
    { name: 'LockTimeout' },
  )
})
