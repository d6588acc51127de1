/** Brings committed changes to whoever follows the log of this process: numbered here, or by another process. */
import type { Bus } from '../event/bus.ts'
import type { Database } from './database.ts'
import { standForLeader, type Leadership } from './leadership.ts'
import { followLog } from './log-follower.ts'
import { formatLogMessage, parseLogMessage } from './log-message.ts'
import type { ChangeLog } from './log.ts'
import { createPace } from './pace.ts'
import { startRelay } from './relay.ts'

/** Options of a flow. */
export interface ChangeFlowOptions {
  readonly database: Database
  readonly log: ChangeLog
  /** By which other processes are told. Absent: this one numbers changes itself, and finds those of others by looking. */
  readonly bus: Bus | undefined
  /** Told of what goes wrong where nobody waits. */
  readonly onError: (error: unknown) => void
}

/** Changes on their way. Its owner closes it. */
export interface ChangeFlow {
  /** Says that something was committed. */
  poke(): void
  /** Waits for what is under way. */
  close(): Promise<void>
}

/** The net below all messages, for who leads and for who follows: changes by SQL of others, and messages that were lost. */
const POLL_MS = 500
/** Of a process that is alone. */
const LONE_POLL_MS = 1_000
/** Also who does not lead relays, seldom: whoever holds the lock may have stopped without losing it. Two relays do no harm. */
const DEPUTY_POLL_MS = 5_000
/** Who commits does not tell the leader more often. */
const POKE_PACE_MS = 10

const ALONE: Leadership = Object.freeze({ isLeader: () => true, close: () => Promise.resolve() })

/** Starts the flow. */
export function startChangeFlow(options: ChangeFlowOptions): ChangeFlow {
  const { database, log, bus, onError } = options
  const { keepSession } = database
  const hasOthers = bus !== undefined && keepSession !== undefined
  const leadership: Leadership = hasOthers
    ? standForLeader({ keepSession, onChange, onError })
    : ALONE
  const { isLeader } = leadership
  /** Both rest as long as suits what this process was before. */
  function onChange(): void {
    relay.poke()
    follower.look()
  }

  const follower = followLog({ log, pollMs: () => (isLeader() ? Infinity : POLL_MS), onError })
  const leaderPollMs = hasOthers ? POLL_MS : LONE_POLL_MS
  const relay = startRelay({
    database,
    pollMs: () => (isLeader() ? leaderPollMs : DEPUTY_POLL_MS),
    async deliver(step) {
      if (bus !== undefined && step.entries.length > 0) {
        bus.send('log', formatLogMessage(step, bus.maxBytes))
      }
      await follower.accept(step)
    },
    onError,
  })
  const tellLeader = createPace(() => bus?.send('outbox', ''), POKE_PACE_MS)
  const ends = bus === undefined ? [] : listen(bus)

  function listen({ receive, onGap }: Bus): readonly (() => void)[] {
    return [
      receive('outbox', () => {
        if (isLeader()) relay.poke()
      }),
      receive('log', (text) => {
        const message = parseLogMessage(text)
        if (message !== undefined) follower.hear(message)
      }),
      onGap(() => {
        if (isLeader()) relay.poke()
        else follower.look()
      }),
    ]
  }

  return Object.freeze<ChangeFlow>({
    poke() {
      if (isLeader()) relay.poke()
      else tellLeader.run()
    },
    async close() {
      for (const end of ends) end()
      tellLeader.close()
      await Promise.all([relay.close(), follower.close()])
      await leadership.close()
    },
  })
}
