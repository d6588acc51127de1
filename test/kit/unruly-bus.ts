/** A bus that loses, repeats and delays what others tell, as any bus may. */
import type { Bus } from '../../framework/event/bus.ts'
import type { Random } from './random.ts'

/** Wraps a bus. What is delayed comes after what was told later. */
export function unrulyBus(bus: Bus, random: Random): Bus {
  return Object.freeze<Bus>({
    ...bus,
    receive(topic, take) {
      let isOver = false
      const timers = new Set<NodeJS.Timeout>()
      const later = (text: string): void => {
        const timer = setTimeout(() => {
          timers.delete(timer)
          if (!isOver) take(text)
        }, random.below(200))
        timers.add(timer)
      }
      const end = bus.receive(topic, (text) => {
        const chance = random.below(100)
        if (chance < 10) return
        if (chance < 30) later(text)
        if (chance < 20) return
        take(text)
      })
      return () => {
        isOver = true
        for (const timer of timers) clearTimeout(timer)
        end()
      }
    },
  })
}
