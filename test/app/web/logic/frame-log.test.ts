/** Tests frame-log.ts. */
import t from 'tap'
import { MAX_FRAMES, withFrame, type LoggedFrame } from '../../../../app/web/logic/frame-log.ts'

t.test('the newest frame is first, the oldest go, and no token is shown', (t) => {
  let log: readonly LoggedFrame[] = []
  const text = '{"type":"Authenticate","id":0,"payload":{"token":"secret"}}'
  log = withFrame(log, { direction: 'sent', at: 1, text })
  t.match(log[0], { number: 1, type: 'Authenticate' })
  t.notMatch(log[0]?.text, 'secret')
  for (let index = 0; index < MAX_FRAMES; index++) {
    log = withFrame(log, { direction: 'received', at: 2, text: 'odd' })
  }
  t.equal(log.length, MAX_FRAMES)
  t.match(log[0], { number: MAX_FRAMES + 1, type: '?' })
  t.end()
})
