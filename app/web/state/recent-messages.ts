/** The last messages of all conversations: for previews, for what has not been seen in the room of everybody, and for the news. */
import { computed, shallowRef, type ComputedRef, type ShallowRef } from 'vue'
import { EVERYONE } from '../logic/route.ts'
import type { PageClient } from './client.ts'
import type { MessageRow } from './thread.ts'
import { countUnseen } from './unseen-count.ts'

/** The last messages. */
export interface RecentMessages {
  /** The last of each conversation, as far as it is known. */
  readonly lastOf: ComputedRef<ReadonlyMap<string, MessageRow>>
  /** Whether the last messages are there by now. */
  readonly areKnown: ComputedRef<boolean>
  /** How many of the room of everybody have not been seen in this browser. */
  readonly unseen: ComputedRef<number>
  readonly isUnseenKnown: ComputedRef<boolean>
  /** The room of everybody has been seen up to this moment. */
  see(at: string): void
  /** Reads the last message of conversations whose last is not known. */
  findLast(ids: readonly string[]): Promise<void>
  close(): void
}

/** What they are read with. */
export interface RecentOptions {
  readonly client: PageClient
  readonly me: string
  readonly report: (error: unknown) => void
  /** Somebody else has written. */
  readonly onArrival: (message: MessageRow) => void
}

const RECENT = 60
/** Live rows read some more than they show: all in one page. */
const PAGE = RECENT + 20
/** Messages of a page of those that are older than the recent ones, and conversations that are asked for at once. */
const OLDER_PAGE = 20
const MAX_ASKED = 100

/** Opens them: the room of everybody and all others apart, so that neither crowds the other out. */
export function openRecentMessages({
  client,
  me,
  report,
  onArrival,
}: RecentOptions): RecentMessages {
  const ofEveryone = shallowRef<readonly MessageRow[]>()
  const ofOthers = shallowRef<readonly MessageRow[]>()
  const older = createOlderMessages(client)
  const place = `holdfast seen ${me}`
  const seenAt = shallowRef(localStorage.getItem(place) ?? '')

  function see(at: string): void {
    if (at <= seenAt.value) return
    seenAt.value = at
    localStorage.setItem(place, at)
  }

  function hear({ key, newValue }: StorageEvent): void {
    if (key === place && newValue !== null && newValue > seenAt.value) seenAt.value = newValue
  }

  // Of what another tab has shown.
  addEventListener('storage', hear)

  function keep(recent: ShallowRef<readonly MessageRow[] | undefined>, isEveryone: boolean) {
    const known = new Set<string>()
    return client.message.live(
      {
        where: { conversation_id: { exists: !isEveryone } },
        order: '-created_at',
        limit: RECENT,
        pageSize: PAGE,
      },
      (now) => {
        const newest = recent.value?.[0]?.item.created_at ?? ''
        for (const message of now.toReversed()) {
          const isNew = !known.has(message.key) && message.item.created_at >= newest
          known.add(message.key)
          if (recent.value !== undefined && isNew && message.item.author_id !== me) {
            onArrival(message)
          }
        }
        recent.value = now
        older.forget(now.map(conversationOf))
        // Whoever comes for the first time has nothing to catch up with.
        if (isEveryone && seenAt.value === '') see(now[0]?.item.created_at ?? '')
      },
      { onError: report },
    )
  }

  const counting = { client, me, recent: ofEveryone, most: RECENT, seenAt, report }
  const unseen = countUnseen(counting)
  const handles = [keep(ofEveryone, true), keep(ofOthers, false), unseen]
  return {
    lastOf: computed(() => {
      const last = new Map(older.lastOf.value)
      const recent = [...(ofEveryone.value ?? []), ...(ofOthers.value ?? [])]
      for (const message of recent.toReversed()) last.set(conversationOf(message), message)
      return last
    }),
    areKnown: computed(() => ofEveryone.value !== undefined && ofOthers.value !== undefined),
    unseen: unseen.count,
    isUnseenKnown: unseen.isKnown,
    see,
    findLast: older.find,
    close() {
      removeEventListener('storage', hear)
      for (const handle of handles) handle.close()
    },
  }
}

/** The last messages of conversations that are not among the recent ones. */
function createOlderMessages(client: PageClient) {
  const lastOf = shallowRef<ReadonlyMap<string, MessageRow>>(new Map())
  const asked = new Set<string>()

  /** Each page has the last of one of them at least. */
  async function read(ids: readonly string[]): Promise<void> {
    const { results } = await client.message.search({
      where: { conversation_id: { oneof: ids.slice(0, MAX_ASKED) } },
      order: '-created_at',
      limit: OLDER_PAGE,
    })
    const found = new Map(results.toReversed().map((row) => [conversationOf(row), row]))
    lastOf.value = new Map([...lastOf.value, ...found])
    const missing = ids.filter((id) => !found.has(id))
    if (found.size > 0 && missing.length > 0) await read(missing)
  }

  return {
    lastOf,
    async find(ids: readonly string[]): Promise<void> {
      const wanted = ids.filter((id) => !asked.has(id))
      if (wanted.length === 0) return
      for (const id of wanted) asked.add(id)
      try {
        await read(wanted)
      } catch (error) {
        for (const id of wanted) asked.delete(id)
        throw error
      }
    },
    /** They are among the recent ones: what was read of them grows old. */
    forget(ids: readonly string[]): void {
      for (const id of ids) asked.delete(id)
      if (!ids.some((id) => lastOf.value.has(id))) return
      const gone = new Set(ids)
      lastOf.value = new Map([...lastOf.value].filter(([id]) => !gone.has(id)))
    },
  }
}

/** The id of the conversation that a message is in. */
export function conversationOf({ item }: MessageRow): string {
  // Where there are no conversations yet, messages know of none.
  return (item.conversation_id as string | null | undefined) ?? EVERYONE
}
