/** The list of conversations: the room of everybody and those that one is a member of, the liveliest first. */
import { computed, shallowRef, type ComputedRef, type ShallowRef } from 'vue'
import type { Row } from '../../../framework/client/index.ts'
import type { Conversation, Member } from '../contract.ts'
import { EVERYONE } from '../logic/route.ts'
import type { PageClient } from './client.ts'
import type { Offers } from './offers.ts'
import type { MessageRow } from './thread.ts'

/** A conversation as the list shows it. */
export interface Entry {
  readonly id: string
  readonly kind: 'everyone' | 'direct' | 'group'
  readonly title: string | null
  /** The other one of a direct conversation, once it is known. */
  readonly peerId: string | undefined
  readonly ownerId: string | null
  readonly joinCode: string | null
  readonly lastAt: string
  readonly unread: number
  readonly readNumber: number
  readonly isMuted: boolean
  readonly canWrite: boolean
  readonly last: MessageRow | undefined
}

/** The list, and what can be done with a conversation as a whole. */
export interface Conversations {
  readonly entries: ComputedRef<readonly Entry[]>
  readonly unread: ComputedRef<number>
  /** Whether all that one is a member of are in the list by now. */
  readonly areKnown: Readonly<ShallowRef<boolean>>
  find(id: string): Entry | undefined
  /** Everything up to this message has been seen. */
  markRead(id: string, last: MessageRow): void
  close(): void
}

/** What the list is made from. */
export interface ConversationsOptions {
  readonly client: PageClient
  readonly me: string
  readonly offers: Offers
  readonly report: (error: unknown) => void
  /** Somebody else has written. */
  readonly onArrival: (message: MessageRow) => void
}

/** How many of the last messages are known for previews. */
const RECENT = 60

/** Opens the list. */
export function openConversations(options: ConversationsOptions): Conversations {
  const { client, me, offers, report } = options
  const rows = shallowRef<readonly Row<Conversation>[]>([])
  const own = shallowRef<ReadonlyMap<string, Member>>(new Map())
  const peers = shallowRef<ReadonlyMap<string, string>>(new Map())
  const recent = shallowRef<readonly MessageRow[]>([])
  const areKnown = shallowRef(!offers.conversations)
  let isReady = false
  const onError = { onError: report }
  const seenPlace = `holdfast seen ${me}`
  const seenAt = shallowRef(localStorage.getItem(seenPlace) ?? '')
  const known = new Set<string>()

  function takeRecent(now: readonly MessageRow[]): void {
    const isFirst = !isReady
    for (const message of now.toReversed()) {
      if (known.has(message.key)) continue
      known.add(message.key)
      const isOld =
        recent.value[0] !== undefined && message.item.created_at < recent.value[0].item.created_at
      if (!isFirst && !isOld && message.item.author_id !== me) options.onArrival(message)
    }
    recent.value = now
    // Whoever comes for the first time has nothing to catch up with.
    if (isFirst && seenAt.value === '') see(now[0]?.item.created_at ?? '')
    isReady = true
  }

  function see(at: string): void {
    if (at <= seenAt.value) return
    seenAt.value = at
    localStorage.setItem(seenPlace, at)
  }

  async function findPeers(now: readonly Row<Conversation>[]): Promise<void> {
    const wanted = now.flatMap(({ key, item }) =>
      item.kind === 'direct' && !peers.value.has(key) ? [key] : [],
    )
    if (wanted.length === 0) return
    const page = await client.conversation_member.search({
      where: { conversation_id: { oneof: wanted.slice(0, 100) }, user_id: { ne: me } },
      limit: 100,
    })
    const found = page.results.map(({ item }) => [item.conversation_id, item.user_id] as const)
    peers.value = new Map([...peers.value, ...found])
  }

  const handles = [
    client.message.live(
      { order: '-created_at', limit: RECENT, pageSize: RECENT + 20 },
      takeRecent,
      onError,
    ),
  ]
  const others = offers.conversations
    ? [
        client.conversation.live(
          { order: '-last_message_at' },
          (now) => {
            rows.value = now
            areKnown.value = true
            findPeers(now).catch(report)
          },
          onError,
        ),
        client.conversation_member.live(
          { where: { user_id: { eq: me } } },
          (now) => (own.value = new Map(now.map(({ item }) => [item.conversation_id, item]))),
          onError,
        ),
      ]
    : []

  const lastOf = computed(() => {
    const last = new Map<string, MessageRow>()
    for (const message of recent.value) {
      const id = conversationOf(message)
      if (!last.has(id)) last.set(id, message)
    }
    return last
  })

  const everyone = computed((): Entry => {
    const unread = recent.value.filter(
      (message) =>
        conversationOf(message) === EVERYONE &&
        message.item.author_id !== me &&
        message.item.created_at > seenAt.value,
    )
    return {
      ...NO_ENTRY,
      id: EVERYONE,
      kind: 'everyone',
      lastAt: lastOf.value.get(EVERYONE)?.item.created_at ?? '',
      unread: unread.length,
      last: lastOf.value.get(EVERYONE),
    }
  })

  const entries = computed(() =>
    [everyone.value, ...rows.value.map(toEntry)].toSorted((one, other) =>
      one.lastAt < other.lastAt ? 1 : -1,
    ),
  )

  function toEntry({ key, item }: Row<Conversation>): Entry {
    const member = own.value.get(key)
    const readNumber = member?.read_number ?? item.message_count
    return {
      id: key,
      kind: item.kind === 'direct' ? 'direct' : 'group',
      title: item.title,
      peerId: peers.value.get(key),
      ownerId: item.owner_id,
      joinCode: item.join_code,
      lastAt: item.last_message_at,
      unread: Math.max(0, item.message_count - readNumber),
      readNumber,
      isMuted: member?.muted ?? false,
      canWrite: member?.can_write ?? true,
      last: lastOf.value.get(key),
    }
  }

  return {
    entries,
    areKnown,
    unread: computed(() =>
      entries.value.reduce((sum, entry) => sum + (entry.isMuted ? 0 : entry.unread), 0),
    ),
    find: (id) => entries.value.find((entry) => entry.id === id),
    markRead(id, last) {
      if (id === EVERYONE) {
        see(last.item.created_at)
        return
      }
      const number = last.item.number ?? 0
      const entry = entries.value.find((one) => one.id === id)
      if (entry === undefined || number <= entry.readNumber) return
      const input = { conversation_id: id, number }
      client.call('conversation_mark_read', input).catch(report)
    },
    close() {
      for (const handle of [...handles, ...others]) handle.close()
    },
  }
}

const NO_ENTRY = {
  title: null,
  peerId: undefined,
  ownerId: null,
  joinCode: null,
  readNumber: 0,
  isMuted: false,
  canWrite: true,
} as const

/** The id of the conversation that a message is in. */
export function conversationOf({ item }: MessageRow): string {
  // Where there are no conversations yet, messages know of none.
  return (item.conversation_id as string | null | undefined) ?? EVERYONE
}
