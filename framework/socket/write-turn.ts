/** Gathers what one turn of the event loop sends to many sockets, so that each of them is written to once. */

/** The writes of one turn. */
export interface WriteTurn {
  /** Runs it when the turn is over. */
  atEnd(write: () => void): void
  /** The frames one after another. They are the same bytes for all who get the same frames: never change them. */
  join(frames: readonly Buffer[]): Buffer
}

/** Creates what the sockets of a server share. */
export function createWriteTurn(): WriteTurn {
  let writes: (() => void)[] = []
  let last: { readonly frames: readonly Buffer[]; readonly joined: Buffer } | undefined

  function end(): void {
    const ending = writes
    writes = []
    for (const write of ending) write()
    last = undefined
  }
  return Object.freeze<WriteTurn>({
    atEnd(write) {
      if (writes.length === 0) process.nextTick(end)
      writes.push(write)
    },
    join(frames) {
      const [first] = frames
      if (first !== undefined && frames.length === 1) return first
      if (last === undefined || !isSame(last.frames, frames)) {
        last = { frames, joined: Buffer.concat(frames) }
      }
      return last.joined
    },
  })
}

function isSame(some: readonly Buffer[], others: readonly Buffer[]): boolean {
  return some.length === others.length && some.every((frame, index) => frame === others[index])
}
