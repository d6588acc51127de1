/** A bus that loses, repeats and puts off what others tell, as any bus may. */
import type { Bus } from '../../framework/event/bus.ts'
import type { Random } from './random.ts'

/** A message that is held back. */
interface Held {
  readonly text: string
  /** So many others are told before it. */
  readonly behind: number
}

const MOST_BEHIND = 5

/** Wraps a bus. What is put off comes behind what was told later, or never when nothing is told any more. */
export function unrulyBus(bus: Bus, random: Random): Bus {
  return Object.freeze<Bus>({
    ...bus,
    receive(topic, take) {
      let held: readonly Held[] = []
      function pass(text: string): void {
        take(text)
        const passed = held.map((one) => ({ ...one, behind: one.behind - 1 }))
        held = passed.filter(({ behind }) => behind > 0)
        for (const one of passed) if (one.behind === 0) take(one.text)
      }
      return bus.receive(topic, (text) => {
        const chance = random.below(100)
        if (chance < 10) return
        if (chance < 30) held = [...held, { text, behind: 1 + random.below(MOST_BEHIND) }]
        if (chance >= 20) pass(text)
      })
    },
  })
}
