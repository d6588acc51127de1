/** The error for what a caller may do with no row. */

import t from 'tap'
import { ForbiddenError, UnauthenticatedError } from '../../../framework/errors.ts'
import { openAccess } from '../../../framework/security/access.ts'
import { ANONYMOUS } from '../../../framework/security/authorization.ts'
import { denied } from '../../../framework/store/denied.ts'
import { tag } from '../../kit/sample-resources.ts'
import { callerOf } from '../../kit/stores.ts'

t.test('nobody is asked to log in, somebody is told no', async (t) => {
  t.ok(denied(openAccess(tag, ANONYMOUS)) instanceof UnauthenticatedError)
  t.ok(denied(openAccess(tag, callerOf('me'))) instanceof ForbiddenError)
})
