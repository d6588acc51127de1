/** Tests watchdog.ts. */
import t from 'tap'
import { createWatchdog } from '../../../framework/client/watchdog.ts'
import { createManualClock } from '../../kit/manual-clock.ts'

function open() {
  const clock = createManualClock()
  const told: string[] = []
  const watchdog = createWatchdog({
    clock,
    ask: () => told.push('ask'),
    onSilent: () => told.push('silent'),
  })
  return { clock, told, watchdog }
}

t.test('a socket that does not open in time is silent', (t) => {
  const { clock, told, watchdog } = open()
  watchdog.probe()
  clock.advance(9_999)
  t.same(told, [])
  clock.advance(1)
  t.same(told, ['silent'])
  t.end()
})

t.test('an open one is asked now and then, and silent when nothing comes', (t) => {
  const { clock, told, watchdog } = open()
  watchdog.start()
  clock.advance(35_000)
  t.same(told, ['ask'])
  watchdog.probe()
  clock.advance(9_000)
  watchdog.heard()
  clock.advance(34_999)
  t.same(told, ['ask'])
  watchdog.probe()
  t.same(told, ['ask', 'ask'])
  clock.advance(10_000)
  t.same(told, ['ask', 'ask', 'silent'])
  watchdog.stop()
  t.equal(clock.size, 0)
  t.end()
})
