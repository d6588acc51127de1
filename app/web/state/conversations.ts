/** The list of conversations: the room of everybody and those that one is a member of, the liveliest first. */
import { computed, shallowRef, watch, type ComputedRef, type ShallowRef } from 'vue'
import type { Row } from '../../../framework/client/index.ts'
import type { Conversation, Member } from '../rows.ts'
import { unlessPutOut } from '../logic/put-out.ts'
import { EVERYONE } from '../logic/route.ts'
import { openRecentMessages, type RecentOptions } from './recent-messages.ts'
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
  /** Nobody has written in it. */
  readonly isEmpty: boolean
  readonly last: MessageRow | undefined
}

/** The list, and what can be done with a conversation as a whole. */
export interface Conversations {
  readonly entries: ComputedRef<readonly Entry[]>
  readonly unread: ComputedRef<number>
  /** Whether all that one is a member of are in the list by now. */
  readonly areKnown: Readonly<ShallowRef<boolean>>
  find(id: string): Entry | undefined
  /** How many messages in it have not been read; undefined until that is known. */
  unreadIn(id: string): number | undefined
  /** Everything up to this message has been seen. */
  markRead(id: string, last: MessageRow): void
  close(): void
}

/** Opens the list. */
export function openConversations(options: RecentOptions): Conversations {
  const { client, report } = options
  const recent = openRecentMessages(options)
  const { rows, own, peers, areKnown, areOwnKnown, close } = openRows(options)

  const everyone = computed((): Entry => {
    const last = recent.lastOf.value.get(EVERYONE)
    const unread = recent.unseen.value
    const isEmpty = recent.areKnown.value && last === undefined
    return { ...NO_ENTRY, lastAt: last?.item.created_at ?? '', unread, isEmpty, last }
  })

  const entries = computed(() =>
    [
      everyone.value,
      ...rows.value.map((row) => ({
        ...toEntry(row, own.value.get(row.key)),
        peerId: peers.value.get(row.key),
        last: recent.lastOf.value.get(row.key),
      })),
    ].toSorted((one, other) => (one.lastAt < other.lastAt ? 1 : -1)),
  )
  const withoutLast = computed(() =>
    recent.areKnown.value
      ? entries.value.filter(({ isEmpty, last }) => !isEmpty && last === undefined)
      : [],
  )
  const stop = watch(withoutLast, (now) => {
    recent.findLast(now.map(({ id }) => id)).catch(report)
  })
  const find = (id: string): Entry | undefined => entries.value.find((entry) => entry.id === id)

  return {
    entries,
    areKnown,
    unread: computed(() =>
      entries.value.reduce((sum, entry) => sum + (entry.isMuted ? 0 : entry.unread), 0),
    ),
    find,
    unreadIn(id) {
      const isKnown = id === EVERYONE ? recent.isUnseenKnown : areOwnKnown
      return isKnown.value ? find(id)?.unread : undefined
    },
    markRead(id, last) {
      const number = last.item.number ?? 0
      if (id === EVERYONE) recent.see(last.item.created_at)
      else if (number > (find(id)?.readNumber ?? Infinity)) {
        const input = { conversation_id: id, number }
        client.call('conversation_mark_read', input).catch(unlessPutOut(report))
      }
    },
    close() {
      stop()
      recent.close()
      close()
    },
  }
}

/** The conversations of a member as rows. */
function openRows({ client, me, report }: RecentOptions) {
  const rows = shallowRef<readonly Row<Conversation>[]>([])
  const own = shallowRef<ReadonlyMap<string, Member>>(new Map())
  const peers = shallowRef<ReadonlyMap<string, string>>(new Map())
  const [areKnown, areOwnKnown] = [shallowRef(false), shallowRef(false)]
  const state = { rows, own, peers, areKnown, areOwnKnown }
  const onError = { onError: report }

  /** Who the other one is in direct conversations that are new here. */
  async function findPeers(now: readonly Row<Conversation>[]): Promise<void> {
    const wanted = now.flatMap(({ key, item }) =>
      item.kind === 'direct' && !peers.value.has(key) ? [key] : [],
    )
    if (wanted.length === 0) return
    const page = await client.conversation_member.search({
      where: { conversation_id: { oneof: wanted.slice(0, MAX_PEERS) }, user_id: { ne: me } },
      limit: MAX_PEERS,
    })
    const found = page.results.map(({ item }) => [item.conversation_id, item.user_id] as const)
    peers.value = new Map([...peers.value, ...found])
    if (wanted.length > MAX_PEERS && found.length > 0) await findPeers(now)
  }

  const handles = [
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
      (now) => {
        own.value = new Map(now.map(({ item }) => [item.conversation_id, item]))
        areOwnKnown.value = true
      },
      onError,
    ),
  ]
  return {
    ...state,
    close() {
      for (const handle of handles) handle.close()
    },
  }
}

const MAX_PEERS = 100

function toEntry({ key, item }: Row<Conversation>, member: Member | undefined) {
  const readNumber = member?.read_number ?? item.message_count
  return {
    id: key,
    kind: item.kind === 'direct' ? 'direct' : 'group',
    title: item.title,
    ownerId: item.owner_id,
    joinCode: item.join_code,
    lastAt: item.last_message_at,
    unread: Math.max(0, item.message_count - readNumber),
    readNumber,
    isEmpty: item.message_count === 0,
    isMuted: member?.muted ?? false,
    canWrite: member?.can_write ?? true,
  } as const
}

const NO_ENTRY = {
  id: EVERYONE,
  kind: 'everyone',
  title: null,
  peerId: undefined,
  ownerId: null,
  joinCode: null,
  readNumber: 0,
  isMuted: false,
  canWrite: true,
} as const
