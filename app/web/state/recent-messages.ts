/** The last messages of all conversations: for previews, for what has not been seen in the room of everybody, and for the news. */
import { computed, shallowRef, type ComputedRef } from 'vue'
import { EVERYONE } from '../logic/route.ts'
import type { PageClient } from './client.ts'
import type { MessageRow } from './thread.ts'

/** The last messages. */
export interface RecentMessages {
  /** The last of each conversation, as far as it is among them. */
  readonly lastOf: ComputedRef<ReadonlyMap<string, MessageRow>>
  /** How many of the room of everybody have not been seen in this browser. */
  readonly unseen: ComputedRef<number>
  /** The room of everybody has been seen up to this moment. */
  see(at: string): void
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

/** Opens them. */
export function openRecentMessages({
  client,
  me,
  report,
  onArrival,
}: RecentOptions): RecentMessages {
  const recent = shallowRef<readonly MessageRow[]>()
  const place = `holdfast seen ${me}`
  const seenAt = shallowRef(localStorage.getItem(place) ?? '')
  const known = new Set<string>()

  function see(at: string): void {
    if (at <= seenAt.value) return
    seenAt.value = at
    localStorage.setItem(place, at)
  }

  function take(now: readonly MessageRow[]): void {
    const newest = recent.value?.[0]?.item.created_at ?? ''
    for (const message of now.toReversed()) {
      const isNew = !known.has(message.key) && message.item.created_at >= newest
      known.add(message.key)
      if (recent.value !== undefined && isNew && message.item.author_id !== me) onArrival(message)
    }
    recent.value = now
    // Whoever comes for the first time has nothing to catch up with.
    if (seenAt.value === '') see(now[0]?.item.created_at ?? '')
  }

  const live = client.message.live({ order: '-created_at', limit: RECENT, pageSize: PAGE }, take, {
    onError: report,
  })
  return {
    lastOf: computed(() => {
      const last = new Map<string, MessageRow>()
      for (const message of recent.value ?? []) {
        const id = conversationOf(message)
        if (!last.has(id)) last.set(id, message)
      }
      return last
    }),
    unseen: computed(() => {
      const unseen = (recent.value ?? []).filter(
        (message) =>
          conversationOf(message) === EVERYONE &&
          message.item.author_id !== me &&
          message.item.created_at > seenAt.value,
      )
      return unseen.length
    }),
    see,
    close: () => live.close(),
  }
}

/** The id of the conversation that a message is in. */
export function conversationOf({ item }: MessageRow): string {
  // Where there are no conversations yet, messages know of none.
  return (item.conversation_id as string | null | undefined) ?? EVERYONE
}
