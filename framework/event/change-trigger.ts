/** What in the log sets off an action, or feeds a channel. */
import type { ChangeOperation } from './change.ts'

/** Set off by a committed change of a row, from the log: at least once, in order. */
export interface ChangeTrigger {
  readonly kind: 'change'
  readonly resource: string
  readonly operation: ChangeOperation
}

/** After a row of the resource was created. */
export function afterCreate(resource: string): ChangeTrigger {
  return Object.freeze({ kind: 'change', resource, operation: 'create' })
}
