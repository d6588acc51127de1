/** What is revoked is told at once, together, and no more once nobody wants to know. */
import t from 'tap'
import { watchRevocations } from '../../../framework/socket/revocation-watch.ts'
import type { Revoked, RevokedNames } from '../../../framework/socket/session-caller.ts'

function open() {
  const listeners = new Set<(revoked: Revoked) => void>()
  const heard: RevokedNames[] = []
  const verifier = {
    onRevoked(listener: (revoked: Revoked) => void) {
      listeners.add(listener)
      return () => void listeners.delete(listener)
    },
  }
  const hearers = [{ hear: (names: RevokedNames) => void heard.push(names) }]
  const revoke = (kind: Revoked['kind'], name: string): void => {
    for (const listener of listeners) listener({ kind, name })
  }
  return { verifier, hearers, heard, revoke, listeners }
}

t.test('what is revoked in one go is heard in one go', async (t) => {
  const { verifier, hearers, heard, revoke } = open()
  watchRevocations(verifier, hearers)
  revoke('session', 's1')
  revoke('subject', 'ann')
  revoke('session', 's2')
  await Promise.resolve()
  t.same(heard, [{ sessions: new Set(['s1', 's2']), subjects: new Set(['ann']) }])
  revoke('session', 's3')
  await Promise.resolve()
  t.same(heard[1], { sessions: new Set(['s3']), subjects: new Set() })
})

t.test('what can not wait is heard now, and once', async (t) => {
  const { verifier, hearers, heard, revoke } = open()
  const { tell } = watchRevocations(verifier, hearers)
  tell()
  revoke('session', 's1')
  tell()
  t.same(heard, [{ sessions: new Set(['s1']), subjects: new Set() }])
  await Promise.resolve()
  t.equal(heard.length, 1)
})

t.test('the end of the watch is the end of the telling', (t) => {
  const { verifier, hearers, listeners } = open()
  const { end } = watchRevocations(verifier, hearers)
  t.equal(listeners.size, 1)
  end()
  t.equal(listeners.size, 0)
  t.end()
})

t.test('a verifier that tells nothing is fine', (t) => {
  watchRevocations({}, []).end()
  t.end()
})
