/** Does what is asked for often less often: at once, and then once for all that was asked meanwhile. */

/** Something that is done at a pace. Its owner closes it. */
export interface Pace {
  run(): void
  /** It is not done any more. */
  close(): void
}

/** Does `work` when asked, but never twice within so many milliseconds. */
export function createPace(work: () => void, paceMs: number): Pace {
  let timer: NodeJS.Timeout | undefined
  let isAsked = false
  let isClosed = false

  function run(): void {
    isAsked = timer !== undefined
    if (isAsked || isClosed) return
    timer = setTimeout(() => {
      timer = undefined
      if (isAsked) run()
    }, paceMs)
    work()
  }
  return Object.freeze<Pace>({
    run,
    close() {
      isClosed = true
      clearTimeout(timer)
    },
  })
}
