/**
 * Lets so many pieces of expensive work run at a time and so many wait; more than that is refused
 * at once.
 */
import { DeclarationError, UnavailableError } from '../errors.ts'

/** Runs work when its turn has come, in the order asked. */
export interface WorkGate {
  /**
   * Answers what `work` answers, or throws what it throws.
   * @throws UnavailableError when too many are waiting; `work` has not been started.
   */
  run<T>(work: () => Promise<T>): Promise<T>
}

/** Bounds of a gate. */
export interface WorkGateOptions {
  /** How many run at a time. */
  readonly concurrency: number
  /** How many may wait. More waiting means fewer refusals and longer answers. */
  readonly queueLimit: number
  /** What the refusal says, for callers to read. */
  readonly refusal: string
}

/** @throws DeclarationError when the bounds would let nothing pass. */
export function createWorkGate({ concurrency, queueLimit, refusal }: WorkGateOptions): WorkGate {
  if (!(concurrency >= 1) || !(queueLimit >= 0)) {
    throw new DeclarationError(
      `Work can't pass ${concurrency} at a time with ${queueLimit} waiting; give at least 1 and 0.`,
    )
  }
  const waiting: (() => void)[] = []
  let running = 0

  /** Answers what to wait for, when there is no place. */
  function enter(): Promise<void> | undefined {
    if (running >= concurrency) {
      if (waiting.length >= queueLimit) throw new UnavailableError(refusal)
      return new Promise((resolve) => waiting.push(resolve))
    }
    running += 1
    return undefined
  }

  function leave(): void {
    const next = waiting.shift()
    // The place is handed over, not freed: nobody can slip in between.
    if (next === undefined) running -= 1
    else next()
  }

  return Object.freeze({
    async run<T>(work: () => Promise<T>): Promise<T> {
      const turn = enter()
      if (turn !== undefined) await turn
      try {
        return await work()
      } finally {
        leave()
      }
    },
  })
}
