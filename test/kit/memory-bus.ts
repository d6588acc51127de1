/** A bus between processes of one test, as bad as buses may be: it loses, repeats and reorders by a seeded random. */
import type { Bus, BusTopic } from '../../framework/event/bus.ts'
import type { Clock } from '../../framework/event/clock.ts'

/** How bad the bus is at the moment. */
export interface BusFaults {
  /** Of all messages, 0 to 1. */
  loss: number
  /** Of those that are carried, 0 to 1. */
  repeat: number
  /** Each message takes up to so long, by itself; that is how they change places. */
  delayMs: number
}

/** What carries between the buses that were made of it. */
export interface MemoryBus {
  readonly faults: BusFaults
  /** The bus of one more process. */
  join(): Bus
  /** From now on the bus of a process carries nothing, and its process hears nothing: it was killed. */
  cut(bus: Bus): void
  /** Tells every process that messages may have been lost. */
  gap(): void
  /** Everything that was sent so far, also what was lost. */
  readonly sent: readonly string[]
}

/** What {@link createMemoryBus} needs. */
export interface MemoryBusOptions {
  readonly clock: Clock
  readonly seed?: number
  /** Default: that of a notification of PostgreSQL. */
  readonly maxBytes?: number
}

/** Creates a bus without faults. */
export function createMemoryBus({ clock, seed = 1, maxBytes = 7999 }: MemoryBusOptions): MemoryBus {
  const random = createRandom(seed)
  const faults: BusFaults = { loss: 0, repeat: 0, delayMs: 0 }
  const members = new Map<Bus, Member>()
  const sent: string[] = []

  function carry(from: Bus, topic: BusTopic, text: string): void {
    sent.push(text)
    if (Buffer.byteLength(text) > maxBytes) throw new AggregateError([], `too long: ${text}`)
    for (const [bus, member] of members) {
      if (bus === from || random() < faults.loss) continue
      const times = random() < faults.repeat ? 2 : 1
      for (let time = 0; time < times; time += 1) {
        clock.after(random() * faults.delayMs, () => {
          if (members.has(bus)) for (const take of member.takers.get(topic) ?? []) take(text)
        })
      }
    }
  }

  return {
    faults,
    sent,
    join() {
      const member: Member = { takers: new Map(), gaps: new Set() }
      const bus: Bus = Object.freeze<Bus>({
        maxBytes,
        send(topic, text) {
          if (members.has(bus)) carry(bus, topic, text)
        },
        receive(topic, take) {
          const takers = member.takers.get(topic) ?? new Set()
          member.takers.set(topic, takers.add(take))
          return () => takers.delete(take)
        },
        onGap(run) {
          member.gaps.add(run)
          return () => member.gaps.delete(run)
        },
        async close() {
          members.delete(bus)
        },
      })
      members.set(bus, member)
      return bus
    },
    cut: (bus) => void members.delete(bus),
    gap() {
      for (const { gaps } of members.values()) for (const run of gaps) run()
    },
  }
}

interface Member {
  readonly takers: Map<BusTopic, Set<(text: string) => void>>
  readonly gaps: Set<() => void>
}

/** Numbers from 0 to 1, the same for the same seed: a linear congruence (Numerical Recipes §7.1). */
export function createRandom(seed: number): () => number {
  let state = seed >>> 0
  return () => {
    state = (Math.imul(state, 1_664_525) + 1_013_904_223) >>> 0
    return state / 2 ** 32
  }
}
