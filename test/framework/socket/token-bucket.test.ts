/** The bucket fills with time. */
import t from 'tap'
import { createTokenBucket } from '../../../framework/socket/token-bucket.ts'
import { createManualClock } from '../../kit/manual-clock.ts'

const count = (take: () => boolean): number => {
  let taken = 0
  while (taken < 1000 && take()) taken += 1
  return taken
}

t.test('a burst is let through, and then what time brings', (t) => {
  const clock = createManualClock()
  const take = createTokenBucket({ perSecond: 50, burst: 100, now: clock.now })
  t.equal(count(take), 100)
  clock.advance(19)
  t.equal(count(take), 0)
  clock.advance(1)
  t.equal(count(take), 1)
  clock.advance(1000)
  t.equal(count(take), 50)
  clock.advance(3_600_000)
  t.equal(count(take), 100, 'never more than the burst')
  t.end()
})

t.test('a clock that is set back neither fills nor blocks', (t) => {
  let nowMs = 1_000_000
  const take = createTokenBucket({ perSecond: 1, burst: 2, now: () => nowMs })
  t.equal(count(take), 2)
  nowMs = 0
  t.equal(take(), false)
  nowMs = 1000
  t.equal(take(), true)
  t.end()
})
