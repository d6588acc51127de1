/** The limits that the documents promise. */
import t from 'tap'
import { CLOSE_CODES, SOCKET_LIMITS } from '../../../framework/socket/socket-limits.ts'

t.test('the limits are those of the documents, and nobody changes them', (t) => {
  t.match(SOCKET_LIMITS, {
    frameBytes: 64 * 1024,
    framesPerSecond: 50,
    subscriptions: 100,
    calls: 16,
    filterNodes: 20,
    queueBytes: 1024 * 1024,
    pingSeconds: 25,
    expiringSeconds: 60,
    graceSeconds: 25,
  })
  t.same(CLOSE_CODES, { restart: 1012, unauthenticated: 4401, tooFast: 4429, slow: 4508 })
  t.ok(Object.isFrozen(SOCKET_LIMITS) && Object.isFrozen(CLOSE_CODES))
  t.end()
})
