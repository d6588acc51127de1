/** Who may use a single connection: statements side by side, or one transaction alone, in the order in which they came. */

/** The order on one connection. */
export interface Lane {
  /** Whether a statement may go now. If not, `enter` waits for its turn. */
  isFree(): boolean
  /** Resolves when a statement may be sent. It need not tell when it is done: the connection keeps the order. */
  enter(): Promise<void>
  /** Resolves when nobody else may send; calling what it resolves to, once or more, lets the next ones in. */
  enterAlone(): Promise<() => void>
}

interface Waiting {
  readonly isAlone: boolean
  readonly go: () => void
}

/** A lane with nobody on it. */
export function createLane(): Lane {
  const waiting: Waiting[] = []
  let isTaken = false

  const isFree = (): boolean => !isTaken && waiting.length === 0

  function admit(): void {
    while (!isTaken) {
      const next = waiting.shift()
      if (next === undefined) return
      isTaken = next.isAlone
      next.go()
    }
  }
  function wait(isAlone: boolean): Promise<void> {
    return new Promise((resolve) => {
      waiting.push({ isAlone, go: resolve })
      admit()
    })
  }

  return {
    isFree,
    enter: () => wait(false),
    async enterAlone() {
      await wait(true)
      let isHere = true
      return () => {
        if (!isHere) return
        isHere = false
        isTaken = false
        admit()
      }
    },
  }
}
