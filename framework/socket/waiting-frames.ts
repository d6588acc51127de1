/** Frames that wait for one client, in order; those with a key may be replaced and dropped. */

/** Frames that wait. */
export interface WaitingFrames {
  /** Of all that wait. */
  bytes(): number
  /** Bytes of the frame with that key; 0: there is none. */
  bytesOf(key: string): number
  /** Puts a frame at the end. */
  add(frame: Buffer): void
  /** Puts a frame in the place of the one with that key, or at the end. */
  put(frame: Buffer, key: string): void
  drop(key: string): void
  /** Drops the oldest frame that has a key; false: there is none. */
  dropOldest(): boolean
  /** Takes the first away; undefined: none waits. */
  take(): Buffer | undefined
  clear(): void
}

/** Without a frame, it was dropped. */
interface Keyed {
  readonly key: string
  frame: Buffer | undefined
}

/** Creates an empty line. */
export function createWaitingFrames(): WaitingFrames {
  let line: (Buffer | Keyed)[] = []
  let next = 0
  let bytes = 0
  /** By key, the oldest first. */
  const keyed = new Map<string, Keyed>()

  /** What is gone is let go of, also when there is always something that waits. */
  function shorten(): void {
    if (next * 2 < line.length) return
    line = line.slice(next)
    next = 0
  }

  function drop(key: string): void {
    const entry = keyed.get(key)
    if (entry === undefined) return
    keyed.delete(key)
    bytes -= entry.frame?.length ?? 0
    entry.frame = undefined
  }

  return Object.freeze<WaitingFrames>({
    bytes: () => bytes,
    bytesOf: (key) => keyed.get(key)?.frame?.length ?? 0,
    add(frame) {
      line.push(frame)
      bytes += frame.length
    },
    put(frame, key) {
      const entry = keyed.get(key)
      bytes += frame.length - (entry?.frame?.length ?? 0)
      if (entry !== undefined) {
        entry.frame = frame
        return
      }
      const made: Keyed = { key, frame }
      keyed.set(key, made)
      line.push(made)
    },
    drop,
    dropOldest() {
      const [key] = keyed.keys()
      if (key === undefined) return false
      drop(key)
      return true
    },
    take() {
      while (next < line.length) {
        const entry = line[next++]
        shorten()
        const frame = entry === undefined || Buffer.isBuffer(entry) ? entry : entry.frame
        if (frame === undefined) continue
        if (entry !== undefined && 'key' in entry) keyed.delete(entry.key)
        bytes -= frame.length
        return frame
      }
      return undefined
    },
    clear() {
      line = []
      next = 0
      bytes = 0
      keyed.clear()
    },
  })
}
