/** The pace of what goes on by itself: writers, faults, clients that come back. No check waits for a time. */

/** Resolves after so many milliseconds. */
export function milliseconds(count: number): Promise<void> {
  return new Promise((resolve) => setTimeout(resolve, count))
}
