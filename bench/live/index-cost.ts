/** What an event costs with few subscriptions and with many that it does not concern. */

import Type from 'typebox'
import { createHub, type Hub } from '../../framework/event/hub.ts'
import type { Change, ChangeBatch, WireItem } from '../../framework/event/change.ts'
import type { ChangeFeed } from '../../framework/event/feed.ts'
import { belongsTo, hasMany } from '../../framework/resource/link.ts'
import { resources } from '../../framework/resource/registry.ts'
import { resource } from '../../framework/resource/resource.ts'
import { id, reference } from '../../framework/resource/standard-attributes.ts'
import { accessRules } from '../../framework/security/access-rules.ts'
import type { Authorization } from '../../framework/security/authorization.ts'

const PER_CONVERSATION = 10
const ROUNDS = 7
const EVENTS = 2_000

const registry = resources({
  person: resource('person', { attributes: { id: id() } }),
  conversation: resource('conversation', {
    attributes: { id: id() },
    links: { members: hasMany('member', 'conversation_id') },
  }),
  member: resource('member', {
    attributes: {
      conversation_id: reference('conversation').immutable(),
      person_id: reference('person').immutable(),
    },
    key: ['conversation_id', 'person_id'],
  }),
  message: resource('message', {
    attributes: {
      id: id(),
      conversation_id: reference('conversation'),
      author_id: reference('person'),
      text: Type.String({ maxLength: 4000 }),
    },
    links: { conversation: belongsTo('conversation', 'conversation_id') },
  }),
})

const RULES = {
  'same rights': accessRules(registry, 'message', ({ me }) => ({ read: me.authenticated })),
  'rights by membership': accessRules(registry, 'message', ({ row, me }) => ({
    read: row.conversation.some(({ members }) =>
      members.some(({ person_id }) => person_id.eq(me.id)),
    ),
  })),
} as const

/** How subscribers get the right to see messages. */
export type Rights = keyof typeof RULES

/** Microseconds of processor time for an event, its ten deliveries included. */
export interface IndexCost {
  readonly rights: Rights
  readonly few: number
  readonly many: number
}

/** Measures `few` and `many` subscriptions by turns; medians over the rounds. */
export async function measureIndexCost(
  rights: Rights,
  { few, many }: { readonly few: number; readonly many: number },
): Promise<IndexCost> {
  const worlds = [await openWorld(rights, few), await openWorld(rights, many)] as const
  const costs: [number[], number[]] = [[], []]
  for (let round = 0; round <= ROUNDS; round += 1) {
    for (const [at, world] of worlds.entries()) {
      const micros = await world.run()
      // The first round warms up.
      if (round > 0) costs[at]?.push(micros)
    }
  }
  for (const { hub } of worlds) hub.close()
  return { rights, few: median(costs[0]), many: median(costs[1]) }
}

interface IndexWorld {
  readonly hub: Hub
  run(): Promise<number>
}

async function openWorld(rights: Rights, subscriptions: number): Promise<IndexWorld> {
  let follower: (batch: ChangeBatch) => void = () => undefined
  let position = 0
  let sent = 0
  const feed: ChangeFeed = {
    position: () => ({ epoch: 'e', position }),
    follow(next) {
      follower = next
      return () => undefined
    },
    read: () => Promise.resolve(undefined),
  }
  const hub = createHub({
    registry,
    channels: [],
    feed,
    accessOf: (name, caller) => (name === 'message' ? RULES[rights].accessOf(caller) : undefined),
    readLinkedRows: ({ resource: name, groups }) =>
      Promise.resolve(groups.flatMap(([value]) => rowsOf(name, value as string))), // ids are text
    seeNow: () => Promise.resolve(undefined),
    report(error) {
      throw error
    },
  })
  const sink = { send: () => void (sent += 1), ready: () => Promise.resolve() }
  const conversations = subscriptions / PER_CONVERSATION
  for (let at = 0; at < subscriptions; at += 1) {
    const conversation = uuid(Math.floor(at / PER_CONVERSATION))
    const filter = { conversation_id: { eq: conversation } }
    const caller = callerOf(personOf(conversation, at % PER_CONVERSATION))
    const subscription = await hub.subscribe({ channel: 'message', caller, id: at, filter }, sink)
    subscription.start()
  }
  return {
    hub,
    async run() {
      sent = 0
      const before = process.cpuUsage()
      for (let event = 0; event < EVENTS; event += 1) {
        position += 1
        // The same few conversations: what is measured is the event, not the first look at a conversation.
        const conversation = uuid((event * 7919) % Math.min(conversations, 100))
        follower({ epoch: 'e', changes: [messageIn(conversation, position)] })
        if (sent < (event + 1) * PER_CONVERSATION) await settled(() => sent, event + 1)
      }
      const { user, system } = process.cpuUsage(before)
      return (user + system) / EVENTS
    },
  }
}

async function settled(sent: () => number, events: number): Promise<void> {
  for (let turn = 0; turn < 100 && sent() < events * PER_CONVERSATION; turn += 1) {
    await new Promise<void>((resolve) => setImmediate(resolve))
  }
  if (sent() !== events * PER_CONVERSATION) throw new Error('An event was not told to its ten.')
}

function rowsOf(name: string, conversation: string): readonly WireItem[] {
  if (name === 'conversation') return [{ id: conversation }]
  return Array.from({ length: PER_CONVERSATION }, (_, at) => ({
    conversation_id: conversation,
    person_id: personOf(conversation, at),
  }))
}

function messageIn(conversation: string, position: number): Change {
  const key = uuid(position)
  const after = {
    id: key,
    conversation_id: conversation,
    author_id: personOf(conversation, 0),
    text: 'Something that is said among ten, about as long as people usually say things.',
  }
  return { position, resource: 'message', operation: 'create', key, before: undefined, after }
}

function uuid(number: number): string {
  return `00000000-0000-7000-8000-${number.toString(16).padStart(12, '0')}`
}

function personOf(conversation: string, at: number): string {
  return `1000000${String(at)}${conversation.slice(8)}`
}

function callerOf(subject: string): Authorization {
  return { subject, scopes: new Set(), session: subject, expiresAtSeconds: 4_000_000_000 }
}

function median(values: readonly number[]): number {
  return values.toSorted((one, other) => one - other)[values.length >> 1] ?? NaN
}
