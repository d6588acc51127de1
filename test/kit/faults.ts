/** What an InvalidError tells, for tests that compare all of it. */

import { InvalidError } from '../../framework/errors.ts'

/** `pointer detail` of each fault that `work` throws; empty when it throws nothing. */
export function faultsOf(work: () => unknown): readonly string[] {
  try {
    work()
    return []
  } catch (error) {
    if (!(error instanceof InvalidError)) throw error
    return error.faults.map(({ pointer, detail }) => `${pointer} ${detail}`)
  }
}
