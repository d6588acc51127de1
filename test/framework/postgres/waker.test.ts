/** That a loop rests until it is woken, and misses no call. */
import t from 'tap'
import { createWaker } from '../../../framework/postgres/waker.ts'

const LONG = 3_600_000

t.test('a rest ends when it is woken, or by itself', async (t) => {
  const waker = createWaker()
  const rest = waker.rest(LONG)
  waker.wake()
  await t.resolves(rest)
  await t.resolves(waker.rest(1))
})

t.test('a call that comes before the rest ends the next one, once', async (t) => {
  const waker = createWaker()
  waker.wake()
  waker.wake()
  await t.resolves(waker.rest(LONG))
  let isOver = false
  const second = waker.rest(LONG).then(() => (isOver = true))
  await Promise.resolve()
  t.notOk(isOver)
  waker.wake()
  await second
})
