/** Tests pace.ts. */
import t from 'tap'
import { createPace } from '../../../framework/client/pace.ts'
import { createManualClock } from '../../kit/manual-clock.ts'

t.test('frames of a second have a limit; the others wait for the next, in order', (t) => {
  const clock = createManualClock()
  const sent: string[] = []
  const pace = createPace(clock, (text) => sent.push(text))
  const all = Array.from({ length: 100 }, (_, index) => String(index))
  for (const text of all) pace.send(text)
  t.same(sent, all.slice(0, 40))
  clock.advance(1000)
  t.same(sent, all.slice(0, 80))
  clock.advance(1000)
  t.same(sent, all)
  clock.advance(1000)
  t.equal(clock.size, 0)
  t.end()
})

t.test('what waits is forgotten when it is closed', (t) => {
  const clock = createManualClock()
  const sent: string[] = []
  const pace = createPace(clock, (text) => sent.push(text))
  for (let count = 0; count < 50; count++) pace.send('a')
  pace.close()
  pace.send('b')
  t.equal(clock.size, 0)
  t.equal(sent.length, 40)
  t.end()
})
