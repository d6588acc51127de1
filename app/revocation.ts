/** Refuses access tokens as soon as the log tells that their session has ended, or what their owner may do has changed. */
import type { Change, Tokens } from '../framework/index.ts'

/**
 * Looks at one change. Whoever deletes a session ends it. A deleted user's sessions are deleted with it; whose `admin` flag changes refreshes, and goes on with
 * what it may do now; who is blocked, or has deleted its account, does not.
 * @param nowSeconds since the epoch; tokens issued later stay good
 */
export function revokeBy(
  { resource, operation, key, before, after }: Change,
  tokens: Pick<Tokens, 'revokeSession' | 'revokeSubject'>,
  nowSeconds: number,
): void {
  if (resource === 'session' && operation === 'delete') tokens.revokeSession(key)
  if (resource !== 'user' || operation !== 'update') return
  const isBlocked = after?.['blocked'] === true && before?.['blocked'] !== true
  const isDeleted = typeof after?.['deleted_at'] === 'string'
  if (isBlocked || isDeleted || before?.['admin'] !== after?.['admin'])
    tokens.revokeSubject(key, nowSeconds)
}
