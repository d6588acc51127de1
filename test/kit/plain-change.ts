/** Changes of the log make their members when they are asked for: here they are as plain objects, to be compared. */
import type { Change } from '../../framework/event/change.ts'

/** The change with all its members. */
export function plainChange(change: Change): Change {
  const { position, resource, operation, key, before, after } = change
  return { position, resource, operation, key, before, after }
}
