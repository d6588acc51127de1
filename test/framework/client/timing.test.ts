/** Tests timing.ts. */
import t from 'tap'
import { pause, retryMs, SYSTEM_TIMING } from '../../../framework/client/timing.ts'
import { ProblemError } from '../../../framework/client/problem-error.ts'
import { createManualClock } from '../../kit/manual-clock.ts'

t.test('the wait before another attempt is by chance, below a limit that doubles', (t) => {
  const by = (chance: number) => ({ clock: createManualClock(), random: () => chance })
  const longest = [0, 1, 2, 5, 20].map((attempt) => retryMs(attempt, by(1)))
  t.same(longest, [1_000, 2_000, 4_000, 30_000, 30_000])
  t.equal(retryMs(5, by(0)), 500)
  t.equal(retryMs(0, by(0.5)), 750)
  t.end()
})

t.test('a server that asks to wait is given that time, and the usual one', (t) => {
  const timing = { clock: createManualClock(), random: () => 0 }
  const away = new ProblemError({ status: 503 }, { retryAfterMs: 3_000 })
  t.equal(retryMs(0, timing, away), 3_500)
  t.equal(retryMs(0, timing, new ProblemError({ status: 503 })), 500)
  t.end()
})

t.test('a pause ends in time or with its signal, and leaves no timer', async (t) => {
  const clock = createManualClock()
  const timing = { clock, random: () => 0 }
  const controller = new AbortController()
  const over = pause(10, timing, controller.signal)
  clock.advance(10)
  await over
  const aborted = pause(10, timing, controller.signal)
  controller.abort()
  await t.rejects(aborted, { name: 'AbortError' })
  await t.rejects(pause(10, timing, controller.signal), { name: 'AbortError' })
  t.equal(clock.size, 0)
})

t.test('the system’s clock and chance are the machine’s', async (t) => {
  const { clock, random } = SYSTEM_TIMING
  const before = clock.now()
  clock.after(1, () => t.fail('was called off'))()
  await pause(1, SYSTEM_TIMING, new AbortController().signal)
  t.ok(clock.now() >= before)
  t.ok(random() < 1)
})
