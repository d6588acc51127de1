/** Gathers what comes in bit by bit, and waits until enough is there. */

/** Things that came, in order. */
export interface Gathering<T> {
  readonly all: readonly T[]
  add(...things: readonly T[]): void
  /** Resolves as soon as the things are as asked. */
  until(isEnough: (all: readonly T[]) => boolean): Promise<readonly T[]>
}

/** Nothing yet. */
export function createGathering<T>(): Gathering<T> {
  const all: T[] = []
  const waiting = new Set<() => void>()
  return {
    all,
    add(...things) {
      all.push(...things)
      for (const look of [...waiting]) look()
    },
    until: (isEnough) =>
      new Promise((resolve) => {
        const look = (): void => {
          if (!isEnough(all)) return
          waiting.delete(look)
          resolve(all)
        }
        waiting.add(look)
        look()
      }),
  }
}
