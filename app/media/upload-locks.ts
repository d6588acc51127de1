/** Lets one request at a time write an upload. */
import { ERRORS, type Lock, type Locker, type RequestRelease } from '@tus/utils'

/** Who waits longer gives up, and its client comes again. */
const LONGEST_WAIT_MS = 10_000

interface Holder {
  /** Asks it to make an end: its client is back, so that nothing more comes on the connection that it had. */
  readonly askToEnd: RequestRelease
  readonly ended: Promise<void>
  end(): void
}

/**
 * Makes the locks of the uploads of one process. The library's own look for their turn without a pause, and so take a whole core while
 * somebody waits.
 */
export function createUploadLocks(waitMs = LONGEST_WAIT_MS): Locker {
  const holders = new Map<string, Holder>()
  return { newLock: (id) => createLock(id, { holders, waitMs }) }
}

interface Locks {
  readonly holders: Map<string, Holder>
  readonly waitMs: number
}

function createLock(id: string, { holders, waitMs }: Locks): Lock {
  let own: Holder | undefined
  return {
    async lock(signal, askToEnd) {
      const waiting = new AbortController()
      const timer = setTimeout(() => waiting.abort(), waitMs)
      try {
        const until = AbortSignal.any([signal, waiting.signal])
        for (let held = holders.get(id); held !== undefined; held = holders.get(id)) {
          await held.askToEnd()
          await endOf(held, until)
        }
      } finally {
        clearTimeout(timer)
      }
      const { promise: ended, resolve: end } = Promise.withResolvers<void>()
      own = { askToEnd, ended, end }
      holders.set(id, own)
    },
    async unlock() {
      if (own === undefined) return
      holders.delete(id)
      own.end()
      own = undefined
    },
  }
}

/** @throws what the library takes for a lock that was not to be had */
async function endOf({ ended }: Holder, until: AbortSignal): Promise<void> {
  const { promise: over, reject } = Promise.withResolvers<never>()
  const giveUp = (): void => reject(new LockTimeout())
  until.addEventListener('abort', giveUp, { once: true })
  if (until.aborted) giveUp()
  try {
    await Promise.race([ended, over])
  } finally {
    until.removeEventListener('abort', giveUp)
  }
}

/** Somebody else is still writing. The library tells errors by their status. */
class LockTimeout extends Error {
  override readonly name = 'LockTimeout'
  readonly status_code = 423
  readonly body = ERRORS.ERR_LOCK_TIMEOUT.body
}
