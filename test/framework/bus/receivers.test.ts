/** Tests receivers.ts: that each hears its topic, whatever the others do. */
import t from 'tap'
import { createReceivers } from '../../../framework/bus/receivers.ts'

t.test('each hears its own topic until it leaves', (t) => {
  const heard: string[] = []
  const receivers = createReceivers((error) => t.error(error))
  const end = receivers.receive('log', (text) => heard.push(`log ${text}`))
  receivers.receive('presence', (text) => heard.push(`presence ${text}`))
  const endGap = receivers.onGap(() => heard.push('gap'))
  receivers.hand('log', 'a')
  receivers.hand('outbox', 'nobody')
  receivers.gap()
  end()
  endGap()
  receivers.hand('log', 'b')
  receivers.hand('presence', 'c')
  receivers.gap()
  t.same(heard, ['log a', 'gap', 'presence c'])
  receivers.clear()
  receivers.hand('presence', 'd')
  t.equal(heard.length, 3)
  t.end()
})

t.test('one that throws is told of, and the others hear all the same', (t) => {
  const errors: unknown[] = []
  const heard: string[] = []
  const receivers = createReceivers((error) => errors.push(error))
  receivers.onGap(() => {
    throw new RangeError('no')
  })
  receivers.onGap(() => heard.push('gap'))
  receivers.gap()
  t.same(heard, ['gap'])
  t.match(errors, [{ message: 'no' }])
  t.end()
})
