/** The error for what a caller may do with no row at all. */
import { ForbiddenError, UnauthenticatedError, type ResourceError } from '../errors.ts'
import type { Access } from '../security/access.ts'
import { isAuthenticated } from '../security/authorization.ts'

/** Who is not logged in is asked to; who is, may not. */
export function denied({ caller }: Access): ResourceError {
  return isAuthenticated(caller) ? new ForbiddenError() : new UnauthenticatedError()
}
