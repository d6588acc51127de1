/** What in the log sets off an action or a job, or feeds a channel. */
import type { ChangeOperation } from './change.ts'

/** Set off by a committed change of a row, from the log: at least once, in order. */
export interface ChangeTrigger<R extends string = string> {
  readonly kind: 'change'
  readonly resource: R
  readonly operation: ChangeOperation
}

/** After a row of the resource was created. */
export function afterCreate<const R extends string>(resource: R): ChangeTrigger<R> {
  return Object.freeze({ kind: 'change', resource, operation: 'create' })
}

/** After a row of the resource was changed. */
export function afterUpdate<const R extends string>(resource: R): ChangeTrigger<R> {
  return Object.freeze({ kind: 'change', resource, operation: 'update' })
}

/** After a row of the resource was deleted, also by a link that cascades. */
export function afterDelete<const R extends string>(resource: R): ChangeTrigger<R> {
  return Object.freeze({ kind: 'change', resource, operation: 'delete' })
}
