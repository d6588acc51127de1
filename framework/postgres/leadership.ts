/** Which of the processes on one database leads: the one whose session holds a lock. */
import type { PgSession, SessionOptions, SessionQuery } from './session.ts'

/** A candidacy. Its owner closes it, and no longer leads then. */
export interface Leadership {
  /**
   * Whether this process leads. It may go on to believe so for a moment when it has lost the lock; until the first answer it
   * leads too: nobody may rely on being the only one.
   */
  isLeader(): boolean
  close(): Promise<void>
}

/** Options of a candidacy. */
export interface LeadershipOptions {
  readonly keepSession: (options: SessionOptions) => PgSession
  /** Called when this process has begun or ceased to lead. */
  readonly onChange: () => void
  /** Told when the session can't be had. Then another one leads. */
  readonly onError: (error: unknown) => void
}

/** Whoever leads may end at any moment without a word. */
const ELECTION_MS = 500

/** The tables of each schema have a leader of their own. Two keys, as ours for migrations is one: they can't be the same. */
const TRY =
  "select pg_try_advisory_lock(hashtext('holdfast relay'), hashtext(current_schema()::text))"

/** Stands for the leader of the database, now and again whenever the one who leads has gone. */
export function standForLeader({ keepSession, onChange, onError }: LeadershipOptions): Leadership {
  let isLeader = true
  /** The lock counts how often it was taken, so it is asked for by who has not got it. */
  let holdsLock = false

  function set(value: boolean): void {
    holdsLock = value
    if (isLeader === value) return
    isLeader = value
    onChange()
  }
  async function run(query: SessionQuery): Promise<void> {
    if (holdsLock) {
      await query('select 1')
      return
    }
    const [row] = await query(TRY)
    set(row?.[0] === true)
  }
  const session = keepSession({
    begin: run,
    beat: run,
    beatMs: ELECTION_MS,
    onLost: () => set(false),
    onError,
  })
  return Object.freeze<Leadership>({
    isLeader: () => isLeader,
    async close() {
      await session.close()
      set(false)
    },
  })
}
