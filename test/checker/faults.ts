/** What is broken in a run, drawn before it begins so that a seed tells all of it. */
import type { BrokerProxy } from '../kit/rabbitmq.ts'
import type { Random } from '../kit/random.ts'
import { milliseconds } from './milliseconds.ts'
import type { Subscriber } from './subscriber.ts'
import type { World } from './world.ts'

/** One thing that is broken. */
export interface Fault {
  readonly kind: FaultKind
  /** Chooses among those whom it can hit. */
  readonly choice: number
  /** How long it lasts, where it lasts. */
  readonly ms: number
}

/** What can be hit. */
export interface Target {
  readonly world: World
  readonly subscribers: readonly Subscriber[]
  /** The way to the broker, when that is the bus. */
  readonly broker: BrokerProxy | undefined
  readonly logOut: (session: string) => Promise<void>
}

const ON_ONE = [
  'kill one',
  'cut all',
  'cut some',
  'pause some',
  'refresh some',
  'log some out',
] as const
const ON_SERVER = [
  ...ON_ONE,
  'kill the leader',
  'end all sessions of the database',
  'take the lead from the leader',
  'cut the bus',
  'relay beside the leader',
] as const
const ON_OWN_SERVER = [
  ...ON_SERVER,
  'restart PostgreSQL at once',
  'restart PostgreSQL in order',
] as const

/** What can be broken. */
export type FaultKind = (typeof ON_OWN_SERVER)[number]

/** What runs, as far as it tells what can be broken. */
export interface Breakable {
  /** There is a server, and there are processes beside each other. */
  readonly hasServer: boolean
  /** The server is the run's own. */
  readonly ownsServer: boolean
}

/** Draws so many faults: each kind once before any comes again. */
export function drawFaults(
  random: Random,
  count: number,
  { hasServer, ownsServer }: Breakable,
): readonly Fault[] {
  const kinds = ownsServer ? ON_OWN_SERVER : hasServer ? ON_SERVER : ON_ONE
  const faults: Fault[] = []
  let left: FaultKind[] = []
  while (faults.length < count) {
    if (left.length === 0) left = [...kinds]
    const kind = random.pick(left)
    left.splice(left.indexOf(kind), 1)
    faults.push({ kind, choice: random.below(1000), ms: 200 + random.below(1_000) })
  }
  return faults
}

const OTHERS = 'datname = current_database() and pid <> pg_backend_pid()'
const END_ALL = `select pg_terminate_backend(pid) from pg_stat_activity where ${OTHERS}`
const END_LEADER = `select pg_terminate_backend(pid) from pg_locks join pg_stat_activity using (pid)
  where locktype = 'advisory' and granted and ${OTHERS}`
const END_BUS = `${END_ALL} and application_name like 'holdfast session%'`

/** Breaks something, and mends it again where it does not mend itself. What lasts, lasts as long as was drawn. */
export async function breakSomething(
  { world, subscribers, broker, logOut }: Target,
  { kind, choice, ms }: Fault,
): Promise<void> {
  const some = subscribers.filter((_, index) => (index + choice) % 3 === 0)
  switch (kind) {
    case 'kill one':
      return world.restart(choice % world.size)
    case 'kill the leader':
      return world.restart((await world.leader()) ?? choice % world.size)
    case 'cut all':
      world.cut()
      return
    case 'cut some':
      for (const one of some) one.cut()
      return
    case 'pause some':
      for (const one of some) one.pause(ms)
      return milliseconds(ms)
    case 'refresh some':
      await Promise.all(some.map((one) => one.refresh()))
      return
    case 'log some out':
      for (const { session } of some) if (session !== undefined) await logOut(session)
      return
    case 'restart PostgreSQL at once':
      return world.restartDatabase('immediate')
    case 'restart PostgreSQL in order':
      return world.restartDatabase('fast')
    case 'end all sessions of the database':
      await world.ask(END_ALL)
      return
    case 'take the lead from the leader':
      await world.ask(END_LEADER)
      return
    case 'cut the bus':
      broker?.shut()
      if (broker === undefined) await world.ask(END_BUS)
      else await milliseconds(ms)
      broker?.open()
      return
    case 'relay beside the leader': {
      const end = await world.startLoner()
      await milliseconds(ms)
      return end()
    }
  }
}
