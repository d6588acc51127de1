/** Gathers the keys of what is watched into few subscriptions, each of which is renewed as its group grows. */

/** Keys that are watched. */
export interface WatchGroups {
  has(key: string): boolean
  /** Watches it from now on, together with what else is added in this moment. */
  add(key: string): void
  close(): void
}

/** What a subscription tells its group. */
export interface WatchListener {
  /** The rows of all its keys are known. */
  onKnown(): void
  /** It is over; its keys are watched no more, and may be added again. */
  onEnd(): void
}

/** Subscribes to the rows with these keys. Tells nothing before it has returned. */
export type Watch = (keys: readonly string[], listener: WatchListener) => { close(): void }

interface Group {
  readonly keys: string[]
  /** The last is of all keys; those before it go once it knows their rows, so that no change is missed. */
  readonly handles: { close(): void }[]
}

/** As many rows as are read in one page. */
const MAX_KEYS = 100
/** A socket takes 100 channels and subscriptions, of which others need theirs. */
const MAX_GROUPS = 20

/** Watches nothing yet. When there are too many keys those that were added first are watched no more. */
export function createWatchGroups(watch: Watch): WatchGroups {
  const watched = new Set<string>()
  const grown = new Set<Group>()
  let groups: readonly Group[] = []
  let isClosed = false

  function drop(group: Group): void {
    groups = groups.filter((one) => one !== group)
    grown.delete(group)
    group.keys.forEach((key) => watched.delete(key))
    group.handles.forEach((handle) => handle.close())
  }

  function groupWithRoom(): Group {
    const last = groups.at(-1)
    if (last !== undefined && last.keys.length < MAX_KEYS) return last
    const group: Group = { keys: [], handles: [] }
    groups = [...groups, group]
    const [first] = groups
    if (first !== undefined && groups.length > MAX_GROUPS) drop(first)
    return group
  }

  function renew(group: Group): void {
    const { keys, handles } = group
    const handle = watch([...keys], {
      onKnown() {
        for (const before of handles.splice(0, handles.indexOf(handle))) before.close()
      },
      onEnd: () => drop(group),
    })
    handles.push(handle)
  }

  function renewGrown(): void {
    if (!isClosed) grown.forEach(renew)
    grown.clear()
  }

  return {
    has: (key) => watched.has(key),
    add(key) {
      watched.add(key)
      const group = groupWithRoom()
      group.keys.push(key)
      if (grown.size === 0) queueMicrotask(renewGrown)
      grown.add(group)
    },
    close() {
      isClosed = true
      groups.forEach(drop)
    },
  }
}
