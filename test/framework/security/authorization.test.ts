/** Who asks. */

import t from 'tap'
import { ANONYMOUS, isAuthenticated } from '../../../framework/security/authorization.ts'

t.test('nobody is logged in, and nobody can change that', (t) => {
  t.notOk(isAuthenticated(ANONYMOUS))
  t.match(ANONYMOUS, { subject: undefined, session: undefined, expiresAtSeconds: undefined })
  t.equal(ANONYMOUS.scopes.size, 0)
  t.ok(Object.isFrozen(ANONYMOUS))
  t.end()
})

t.test('a caller with a subject is logged in', (t) => {
  t.ok(isAuthenticated({ ...ANONYMOUS, subject: 'me' }))
  t.end()
})
