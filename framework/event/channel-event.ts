/** One change as an event of one channel: judged once per view, framed once per set of attributes that is seen. */
import type { Resource } from '../resource/resource.ts'
import type { Authorization } from '../security/authorization.ts'
import { formatCursor, type Change, type Cursor, type WireItem } from './change.ts'
import { eventFrame, type SharedFrame } from './shared-frame.ts'
import type { Sight, View } from './view.ts'

/** The row of that key as the caller's own store gives it now; undefined when it gives none. */
export type ReadNow = (
  resource: string,
  caller: Authorization,
  key: string,
) => Promise<WireItem | undefined>

/** An event of a channel. */
export interface ChannelEvent {
  readonly cursor: Cursor
  /** The frame for those who have the view; undefined when the event is not for them; `untold` when they have to be asked for. */
  frameFor(view: View): SharedFrame | undefined | 'untold'
  /**
   * The frame for a caller of whom memory can't tell, by what the row is to that caller now; the store is asked once per
   * caller. Throws what the store throws.
   */
  ask(caller: Authorization): Promise<SharedFrame | undefined>
}

/** What an event is made of. */
export interface ChannelEventParts {
  readonly channel: string
  readonly resource: Resource
  readonly change: Change
  readonly cursor: Cursor
  readonly readNow: ReadNow
}

/** Makes the event of a change. */
export function channelEvent(parts: ChannelEventParts): ChannelEvent {
  const { resource, change, cursor, readNow } = parts
  const frames = new Map<string, SharedFrame>()
  const answers = new Map<Authorization, Promise<SharedFrame | undefined>>()

  function frameOf(names: readonly string[]): SharedFrame {
    const seen = names.join()
    const found = frames.get(seen)
    if (found !== undefined) return found
    const made = makeFrame(parts, names)
    frames.set(seen, made)
    return made
  }

  async function askStore(caller: Authorization): Promise<SharedFrame | undefined> {
    const now = await readNow(resource.name, caller, change.key)
    if (now === undefined) return undefined
    const names = resource.attributeNames.filter(
      (name) => resource.attributes[name]?.readable === true && Object.hasOwn(now, name),
    )
    return isSame(change, names) ? undefined : frameOf(names)
  }

  return Object.freeze({
    cursor,
    frameFor(view: View) {
      const { before, after } = change
      // A deleted row can't be asked for: whoever memory can't tell of is not told.
      const sight: Sight = view.look(after ?? before ?? {})
      if (sight === 'untold') return after === undefined ? undefined : sight
      if (sight === 'unseen') return undefined
      const earlier = before === undefined ? 'unseen' : view.look(before)
      const stayed =
        earlier === 'untold' || (earlier !== 'unseen' && earlier.join() === sight.join())
      return stayed && isSame(change, sight) ? undefined : frameOf(sight)
    },
    ask(caller: Authorization) {
      const found = answers.get(caller)
      if (found !== undefined) return found
      const asked = askStore(caller)
      answers.set(caller, asked)
      return asked
    },
  })
}

/** Whether an update left all of these attributes as they were. */
function isSame({ before, after }: Change, names: readonly string[]): boolean {
  if (before === undefined || after === undefined) return false
  return names.every((name) => JSON.stringify(before[name]) === JSON.stringify(after[name]))
}

function makeFrame(
  { channel, change, cursor }: ChannelEventParts,
  names: readonly string[],
): SharedFrame {
  const { operation, key, after } = change
  const seen = after === undefined ? undefined : pick(after, names)
  return eventFrame({
    channel,
    op: operation,
    key,
    cursor: formatCursor(cursor),
    ...(seen === undefined ? {} : { payload: seen }),
  })
}

function pick(item: WireItem, names: readonly string[]): WireItem {
  return Object.fromEntries(
    names.flatMap((name) => {
      const value = item[name]
      return value === undefined ? [] : [[name, value] as const]
    }),
  )
}
