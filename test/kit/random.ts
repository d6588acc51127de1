/** Chance that can be had again: numbers that follow from a seed alone. */

/** A source of chance. */
export interface Random {
  /** A whole number from 0 up to, but not including, `limit`. */
  below(limit: number): number
  /** True so many times out of a hundred. */
  percent(share: number): boolean
  /** One of them. @throws RangeError when there is none */
  pick<T>(things: readonly T[]): T
  /** A source of its own, so that what one draws does not change what another does. */
  fork(): Random
}

/** A source that begins with a whole number: xorshift of 32 bits, which is enough to choose by. */
export function createRandom(seed: number): Random {
  // Zero would stay zero, and small seeds would begin alike.
  let state = Math.imul(seed ^ 0x9e3779b9, 0x85ebca6b) >>> 0 || 1
  function next(): number {
    state ^= state << 13
    state ^= state >>> 17
    state ^= state << 5
    state >>>= 0
    return state
  }
  const below = (limit: number): number => next() % limit
  return Object.freeze<Random>({
    below,
    percent: (share) => below(100) < share,
    pick<T>(things: readonly T[]): T {
      if (things.length === 0) throw new RangeError('There is nothing to pick from.')
      return things[below(things.length)] as T // it is within
    },
    fork: () => createRandom(next()),
  })
}
