/** Lets a loop rest until there is something to do, or for a while. */

/** A place to rest for one loop. */
export interface Waker {
  /** Ends the rest; the next one, if the loop does not rest now. */
  wake(): void
  /** Resolves when woken, at the latest after so many milliseconds. */
  rest(ms: number): Promise<void>
}

/** A waker that nobody has woken yet. */
export function createWaker(): Waker {
  let isWoken = false
  let end: (() => void) | undefined
  return Object.freeze({
    wake() {
      isWoken = true
      end?.()
    },
    async rest(ms: number) {
      if (!isWoken) {
        await new Promise<void>((resolve) => {
          const timer = setTimeout(resolve, ms)
          end = () => {
            clearTimeout(timer)
            resolve()
          }
        })
      }
      end = undefined
      isWoken = false
    },
  })
}
