/** Counts what each name holds, up to a limit. */

/** How many each name holds. */
export interface Tally {
  isFull(name: string): boolean
  /** Counts one more. @returns gives it back; safe to call twice */
  add(name: string): () => void
}

/** Creates an empty tally. */
export function createTally(limit: number): Tally {
  const counts = new Map<string, number>()
  const change = (name: string, by: number): void => {
    const count = (counts.get(name) ?? 0) + by
    if (count === 0) counts.delete(name)
    else counts.set(name, count)
  }
  return Object.freeze({
    isFull: (name: string) => (counts.get(name) ?? 0) >= limit,
    add(name: string) {
      let isHeld = true
      change(name, 1)
      return () => {
        if (isHeld) change(name, -1)
        isHeld = false
      }
    },
  })
}
