/** Tests second-factor-tries.ts: so many tries are free, and each further one waits longer. */
import t from 'tap'
import { NO_TRIES, nextTries } from '../../app/second-factor-tries.ts'
import { TooManyRequestsError } from '../../framework/index.ts'

const START_MS = 1_800_000_000_000

t.test('ten tries are free, then they wait up to an hour', (t) => {
  let [tries, nowMs] = [NO_TRIES, START_MS]
  for (let at = 0; at < 10; at += 1) tries = nextTries(tries, nowMs)
  const waits = []
  for (let at = 0; at < 10; at += 1) {
    const waitMs = Date.parse(tries.next_try_at ?? '') - nowMs
    waits.push(waitMs / 1000)
    const [before, early] = [tries, nowMs + waitMs - 1]
    t.throws(() => nextTries(before, early), TooManyRequestsError)
    nowMs += waitMs
    tries = nextTries(tries, nowMs)
  }
  t.same(waits, [30, 60, 120, 240, 480, 960, 1920, 3600, 3600, 3600])
  t.end()
})

t.test('the wait is told in whole seconds', (t) => {
  const tries = { failures: 10, next_try_at: new Date(START_MS + 29_001).toISOString() }
  const wait = new TooManyRequestsError(30, 'Too many codes were tried. Try again in 30 s.')
  t.throws(() => nextTries(tries, START_MS), wait)
  t.end()
})
