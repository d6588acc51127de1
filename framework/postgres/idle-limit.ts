/** Rolls a transaction back that sends nothing for too long: PGlite has no timers of its own, and one connection for all. */

import { UnavailableError } from '../errors.ts'
import { command, type TransactionConnection } from './run-transaction.ts'

/** Options of an idle limit. */
export interface IdleLimitOptions {
  readonly idleMs: number
  /** Called when the limit is passed and ROLLBACK is on its way. */
  readonly onExpiry: () => void
}

/** A connection under an idle limit. */
export interface LimitedConnection extends TransactionConnection {
  /** Ends the limit, because the transaction has ended. */
  release(): void
}

/** The limit counts from the end of each statement. After it, statements reject with UnavailableError. */
export function withIdleLimit(
  connection: TransactionConnection,
  { idleMs, onExpiry }: IdleLimitOptions,
): LimitedConnection {
  let timer: NodeJS.Timeout | undefined
  let isExpired = false

  function expire(): void {
    isExpired = true
    // Should it fail, PGlite has died, and the transaction with it.
    connection.query(command('rollback')).catch(() => undefined)
    onExpiry()
  }
  return {
    async query(statement) {
      if (isExpired) throw new UnavailableError('This took too long. Nothing was done.')
      clearTimeout(timer)
      try {
        return await connection.query(statement)
      } finally {
        timer = setTimeout(expire, idleMs)
      }
    },
    isUsable: () => !isExpired && connection.isUsable(),
    release: () => clearTimeout(timer),
  }
}
