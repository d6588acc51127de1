/** What an error says is wrong with what was sent. */
import { ProblemError } from '../../../framework/client/index.ts'

/** Where it is wrong, as JSON pointers; none when the error is of another kind. */
export function pointersOf(error: unknown): readonly string[] {
  return error instanceof ProblemError ? error.errors.map(({ pointer }) => pointer) : []
}
