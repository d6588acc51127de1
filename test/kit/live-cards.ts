/** A hub over the cards whose linked rows are a test's own. */
import { createHub, type Hub, type SubscribeRequest } from '../../framework/event/hub.ts'
import type { WireItem } from '../../framework/event/change.ts'
import { afterCreate } from '../../framework/event/change-trigger.ts'
import { channel } from '../../framework/event/channel.ts'
import type { SeeNow } from '../../framework/event/judgement.ts'
import type { LinkedRowsQuery } from '../../framework/event/link-rows.ts'
import type { Subscription } from '../../framework/event/subscription.ts'
import { ANONYMOUS } from '../../framework/security/authorization.ts'
import { accessToCards, cards } from './cards.ts'
import { createCollectingSink, type CollectingSink } from './collecting-sink.ts'
import { createScriptedFeed, type ScriptedChange, type ScriptedFeed } from './scripted-feed.ts'

/** A hub, and the rows of boxes and keepers as the database has them. */
export interface LiveCards {
  readonly feed: ScriptedFeed
  readonly hub: Hub
  /** Rows by name of their resource. */
  readonly rows: Map<string, WireItem[]>
  readonly queries: LinkedRowsQuery[]
  readonly reports: unknown[]
  /** What reading linked rows waits for. */
  beforeRows: () => Promise<void>
  /** What is seen of a row now. */
  seeNow: SeeNow
  follow(asked?: Partial<SubscribeRequest>): Promise<Following>
}

/** A subscription that has started, where its frames go, and how often it was lost. */
export interface Following {
  readonly sink: CollectingSink
  readonly subscription: Subscription
  readonly lost: () => number
  /** Operation and key of the events, and types of other frames. */
  told(): readonly string[]
}

/** Opens a hub whose box `b1` Ann and Bob keep. */
export function openLiveCards(): LiveCards {
  const feed = createScriptedFeed()
  const world: LiveCards = {
    feed,
    rows: new Map([
      ['box', [{ id: 'b1' }, { id: 'b2' }]],
      ['keeper', [keeperRow('b1', 'ann'), keeperRow('b1', 'bob')]],
    ]),
    queries: [],
    reports: [],
    beforeRows: () => Promise.resolve(),
    seeNow: () => Promise.resolve(undefined),
    hub: createHub({
      registry: cards,
      channels: ['card', 'letter', 'keeper'].map((name) =>
        channel(`on_${name}`, { description: name, source: afterCreate(name) }),
      ),
      feed,
      accessOf: accessToCards,
      async readLinkedRows(query) {
        const { resource, attributes, groups } = query
        world.queries.push(query)
        const found = (world.rows.get(resource) ?? []).filter((row) =>
          groups.some((group) => attributes.every((name, at) => row[name] === group[at])),
        )
        await world.beforeRows()
        return found
      },
      seeNow: (question) => world.seeNow(question),
      report: (error) => void world.reports.push(error),
    }),
    async follow(asked = {}) {
      const sink = createCollectingSink()
      let lost = 0
      const request = { channel: 'card', caller: ANONYMOUS, onLost: () => void (lost += 1) }
      const subscription = await world.hub.subscribe({ ...request, ...asked }, sink)
      subscription.start()
      const told = (): readonly string[] =>
        sink
          .frames()
          .map(({ type, op, key }) =>
            type === 'Event' ? `${String(op)} ${String(key)}` : String(type),
          )
      return { sink, subscription, told, lost: () => lost }
    },
  }
  return world
}

/** Who keeps a box. */
export function keeperRow(box_id: string, person: string): WireItem {
  return { box_id, person }
}

/** Lets somebody keep a box, or no longer. */
export function keeperChange(
  operation: 'create' | 'delete',
  boxId: string,
  person: string,
): ScriptedChange {
  const row = keeperRow(boxId, person)
  const images = operation === 'create' ? { after: row } : { before: row }
  return { resource: 'keeper', operation, key: `${boxId} ${person}`, ...images }
}

/** Lets everything run that waits for nothing but its turn. */
export function settle(): Promise<void> {
  return new Promise((resolve) => setImmediate(resolve))
}
