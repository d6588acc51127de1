/** One change as an event of one channel: judged once per view, framed once per operation and set of attributes that is seen. */
import type { MatchContext } from '../filter/match.ts'
import type { Resource } from '../resource/resource.ts'
import {
  formatCursor,
  type Change,
  type ChangeOperation,
  type Cursor,
  type WireItem,
} from './change.ts'
import { eventFrame, type SharedFrame } from './shared-frame.ts'
import type { Sight, View } from './view.ts'

/** An operation, and which attributes go with it. */
export interface Telling {
  readonly operation: ChangeOperation
  readonly names: readonly string[]
}

/**
 * What an event is to a view: `undefined`: nothing; `resync`: whether something was missed can't be told, so the client reads
 * its snapshot again.
 */
export type Outcome = Telling | 'resync' | undefined

/** An event of a channel. */
export interface ChannelEvent {
  readonly cursor: Cursor
  readonly change: Change
  /** What it is to a view; `untold`: the database has to be asked what of the row is seen now. */
  judge(view: View, context?: MatchContext): Outcome | 'untold'
  /** The same when the database has told. @param now the names of the attributes that are seen now; undefined: the row is not */
  judgeBy(view: View, now: readonly string[] | undefined, context?: MatchContext): Outcome
  /** The frame of what is told, the same for all who are told the same. */
  frame(telling: Telling): SharedFrame
}

/** What an event is made of. */
export interface ChannelEventParts {
  readonly channel: string
  readonly resource: Resource
  readonly change: Change
  readonly epoch: string
}

/** Makes the event of a change. */
export function channelEvent({
  channel,
  resource,
  change,
  epoch,
}: ChannelEventParts): ChannelEvent {
  const { before, after, key, position } = change
  const frames = new Map<string, SharedFrame>()
  const cursor = Object.freeze({ epoch, position })

  return Object.freeze<ChannelEvent>({
    cursor,
    change,
    judge(view, context) {
      const now = after === undefined ? 'unseen' : view.look(after, context)
      // A row that is gone can't be asked for.
      if (now === 'untold') return now
      return tellingOf(change, lookBack(view, before, context), now)
    },
    judgeBy(view, now, context) {
      const shown = now?.filter((name) => resource.attributes[name]?.readable === true)
      return tellingOf(change, lookBack(view, before, context), shown ?? 'unseen')
    },
    frame(telling) {
      const { operation, names } = telling
      const told = `${operation} ${names.join()}`
      const found = frames.get(told)
      if (found !== undefined) return found
      const payload = operation === 'delete' ? {} : { payload: pick(after ?? {}, names) }
      const made = eventFrame({
        channel,
        op: operation,
        key,
        cursor: formatCursor(cursor),
        ...payload,
      })
      frames.set(told, made)
      return made
    },
  })
}

function lookBack(view: View, before: WireItem | undefined, context?: MatchContext): Sight {
  return before === undefined ? 'unseen' : view.look(before, context)
}

/** A row that enters a view is created there, one that leaves it deleted, whatever happened to it. */
function tellingOf(change: Change, earlier: Sight, now: Exclude<Sight, 'untold'>): Outcome {
  if (now === 'unseen') {
    if (earlier === 'untold') return 'resync'
    return earlier === 'unseen' ? undefined : { operation: 'delete', names: [] }
  }
  if (earlier === 'unseen') return { operation: 'create', names: now }
  const isAlike = earlier === 'untold' || earlier.join() === now.join()
  return isAlike && isSame(change, now) ? undefined : { operation: 'update', names: now }
}

/** Whether an update left all of these attributes as they were. */
function isSame({ before, after }: Change, names: readonly string[]): boolean {
  if (before === undefined || after === undefined) return false
  return names.every((name) => {
    const [one, other] = [before[name], after[name]]
    return one === other || JSON.stringify(one) === JSON.stringify(other)
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
