/** Tests lone-bus.ts: that it takes everything and does nothing. */
import t from 'tap'
import { LONE_BUS } from '../../../framework/event/lone-bus.ts'

t.test('what is said to nobody is heard by nobody', async (t) => {
  const fail = (): void => void t.fail('heard')
  const ends = [LONE_BUS.receive('log', fail), LONE_BUS.onGap(fail)]
  LONE_BUS.send('log', 'hello')
  for (const end of ends) end()
  await LONE_BUS.close()
  t.equal(LONE_BUS.maxBytes, 0)
})
