/** Timers that can be called off. */
import { once } from 'node:events'
import t from 'tap'
import { repeat, SYSTEM_CLOCK } from '../../../framework/event/clock.ts'
import { createManualClock } from '../../kit/manual-clock.ts'

t.test('the clock of the machine runs what is due, and nothing that was called off', async (t) => {
  t.ok(Math.abs(SYSTEM_CLOCK.now() - Date.now()) < 1000)
  const target = new EventTarget()
  let isLate = false
  const cancel = SYSTEM_CLOCK.after(1, () => t.fail('was called off'))
  cancel()
  SYSTEM_CLOCK.after(2 ** 31, () => (isLate = true))
  const keepAlive = setInterval(() => undefined, 1000)
  const rang = once(target, 'ring')
  SYSTEM_CLOCK.after(5, () => target.dispatchEvent(new Event('ring')))
  await rang
  clearInterval(keepAlive)
  t.equal(isLate, false, 'a delay beyond what timers take is not none')
})

t.test('a repeated run goes on until it is ended', (t) => {
  const clock = createManualClock()
  let runs = 0
  const end = repeat(clock, 1000, () => {
    runs += 1
    if (runs === 3) end()
  })
  clock.advance(999)
  t.equal(runs, 0)
  clock.advance(1)
  t.equal(runs, 1)
  clock.advance(10_000)
  t.equal(runs, 3)
  t.equal(clock.size, 0)
  t.end()
})
