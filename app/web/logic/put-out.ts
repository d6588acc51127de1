/** Errors of those who are in a conversation no more. */
import { ProblemError } from '../../../framework/client/index.ts'

const FORBIDDEN = 403
const NOT_FOUND = 404

/** Tells of errors, but not of those that come to who leaves or is put out: the conversation is gone, and there is nothing else to tell. */
export function unlessPutOut(report: (error: unknown) => void): (error: unknown) => void {
  return (error) => {
    const status = error instanceof ProblemError ? error.status : undefined
    if (status !== FORBIDDEN && status !== NOT_FOUND) report(error)
  }
}
