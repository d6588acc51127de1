/** Judges changes for audiences, and gathers what only the database can tell, so that it is asked once for many. */
import type { Filter } from '../filter/filter.ts'
import type { Authorization } from '../security/authorization.ts'
import type { Audience } from './audience.ts'
import type { Change, Cursor } from './change.ts'
import { channelEvent, type ChannelEvent } from './channel-event.ts'
import type { Stream } from './channel.ts'
import type { LinkRows } from './link-rows.ts'
import type { SharedFrame } from './shared-frame.ts'

/**
 * What a change is to an audience: an event; `resync`: what is covered has changed, or can't be told, so the snapshot has to be
 * read again; `lost`: nothing is covered any more; `undefined`: nothing.
 */
export type Verdict =
  { readonly frame: SharedFrame; readonly cursor: Cursor } | 'resync' | 'lost' | undefined

/**
 * The names of the attributes that a caller sees now of the row with that key, if the filter selects it; undefined when it is
 * not seen. Throws what the store throws.
 */
export type SeeNow = (question: {
  readonly resource: string
  readonly caller: Authorization
  readonly key: string
  readonly filter: Filter
}) => Promise<readonly string[] | undefined>

/** What judging needs. */
export interface JudgementParts {
  readonly stream: Stream
  readonly epoch: string
  readonly links: LinkRows
  readonly seeNow: SeeNow
  /** Told of what goes wrong where nobody waits. */
  readonly report: (error: unknown) => void
}

/** Judges changes of one epoch, under the rights of the moment. What was asked of the database is kept as long as it lives. */
export interface Judgement {
  /** Of no use while something is missing. */
  judge(change: Change, audience: Audience): Verdict
  /** Whether the database has to be asked, and everything judged again. */
  isMissing(): boolean
  /** Asks the database for all that is missing. Throws what it throws. */
  load(): Promise<void>
}

/** Begins to judge. */
export function createJudgement({
  stream,
  epoch,
  links,
  seeNow,
  report,
}: JudgementParts): Judgement {
  const { name: channel, resource, source, filter } = stream
  const question = links.ask()
  const { context } = question
  const events = new Map<Change, ChannelEvent | 'unclear' | undefined>()
  const answers = new Map<Change, Map<Audience, Answer>>()
  let unasked: (() => Promise<void>)[] = []

  /** What the audience sees of a row now; undefined: it has to be asked for first. */
  function seenNow(change: Change, audience: Audience, key: string): Answer | undefined {
    const known = answers.get(change) ?? new Map<Audience, Answer>()
    answers.set(change, known)
    const found = known.get(audience)
    if (found !== undefined || question.isMissing()) return found
    const { caller, asked } = audience
    unasked.push(async () => {
      const names = await seeNow({ resource: resource.name, caller, key, filter: asked })
      known.set(audience, { names })
    })
    return undefined
  }
  function eventOf(change: Change): ChannelEvent | 'unclear' | undefined {
    if (change.resource !== resource.name) return undefined
    if (source !== undefined && change.operation !== source) return undefined
    if (!events.has(change)) events.set(change, makeEvent(change))
    return events.get(change)
  }
  function makeEvent(change: Change): ChannelEvent | 'unclear' | undefined {
    try {
      const isEvent = filter?.(change.after ?? change.before ?? {}) !== false
      return isEvent ? channelEvent({ channel, resource, change, epoch }) : undefined
    } catch (error) {
      report(error)
      return 'unclear'
    }
  }
  function judgeEvent(event: ChannelEvent, audience: Audience): Verdict {
    const { view, operations } = audience
    let outcome = event.judge(view, context)
    if (outcome === 'untold') {
      const seen = seenNow(event.change, audience, event.change.key)
      if (seen === undefined) return undefined
      outcome = event.judgeBy(view, seen.names, context)
    }
    if (outcome === undefined || outcome === 'resync') return outcome
    if (!operations.includes(outcome.operation)) return undefined
    return { frame: event.frame(outcome), cursor: event.cursor }
  }
  /** Where one row is all that is covered, the database tells whether it is still seen. */
  function judgeTurn(change: Change, audience: Audience): Verdict {
    if (audience.onlyKey === undefined) return 'resync'
    const seen = seenNow(change, audience, audience.onlyKey)
    return seen !== undefined && seen.names === undefined ? 'lost' : 'resync'
  }

  return Object.freeze<Judgement>({
    judge(change, audience) {
      const turn = audience.turn(change, context)
      if (turn !== 'stays') return turn === 'is lost' ? 'lost' : judgeTurn(change, audience)
      const event = eventOf(change)
      if (event === undefined) return undefined
      return event === 'unclear' ? 'resync' : judgeEvent(event, audience)
    },
    isMissing: () => question.isMissing() || unasked.length > 0,
    async load() {
      const asking = unasked
      unasked = []
      await Promise.all([question.load(), ...asking.map((one) => one())])
    },
  })
}

/** The names of the attributes that are seen; undefined: the row is not. */
interface Answer {
  readonly names: readonly string[] | undefined
}
