/** How many messages of the room of everybody have not been seen: of the newest by themselves, of more than these by the server. */
import { computed, shallowRef, watch, type ComputedRef, type Ref } from 'vue'
import type { PageClient } from './client.ts'
import type { MessageRow } from './thread.ts'

/** What is counted. */
export interface UnseenOptions {
  readonly client: PageClient
  readonly me: string
  /** The newest messages, those first; undefined until they are known. */
  readonly recent: Readonly<Ref<readonly MessageRow[] | undefined>>
  /** How many `recent` has when there may be more. */
  readonly most: number
  /** Until when everything was seen. */
  readonly seenAt: Readonly<Ref<string>>
  readonly report: (error: unknown) => void
}

/** A count, and where to it stops. */
export interface UnseenCount {
  readonly count: ComputedRef<number>
  /** Until then it may be too low. */
  readonly isKnown: ComputedRef<boolean>
  close(): void
}

/** What the server has counted: from one moment up to and with another. */
interface Counted {
  readonly since: string
  readonly until: string
  readonly count: number
}

/** Counts, and asks the server whenever there are more than the newest. */
export function countUnseen(options: UnseenOptions): UnseenCount {
  const { client, me, recent, most, seenAt, report } = options
  const counted = shallowRef<Counted>()
  const unseen = computed(() =>
    (recent.value ?? []).filter(({ item }) => item.created_at > seenAt.value),
  )
  const theirs = (rows: readonly MessageRow[]) =>
    rows.filter(({ item }) => item.author_id !== me).length
  const isMore = computed(() => seenAt.value !== '' && unseen.value.length >= most)
  const known = computed(() => {
    const found = counted.value
    const oldest = unseen.value.at(-1)?.item.created_at ?? ''
    return isMore.value && found?.since === seenAt.value && oldest <= found.until
      ? found
      : undefined
  })
  const isMissing = computed(() => isMore.value && known.value === undefined)
  let isAsking = false

  async function ask(): Promise<void> {
    isAsking = true
    try {
      // What was counted is of no use when more has been seen, or too much has come, meanwhile.
      while (isMissing.value) counted.value = await countSince(seenAt.value)
    } catch (error) {
      report(error)
    } finally {
      isAsking = false
    }
  }

  async function countSince(since: string): Promise<Counted> {
    const until = unseen.value[0]?.item.created_at ?? ''
    const count = await client.message.count({
      conversation_id: { exists: false },
      author_id: { ne: me },
      created_at: { gt: since, lte: until },
    })
    return { since, until, count }
  }

  const close = watch([isMissing, recent], () => {
    if (isMissing.value && !isAsking) void ask()
  })
  return {
    count: computed(() => {
      const before = known.value
      if (before === undefined) return theirs(unseen.value)
      const later = unseen.value.filter(({ item }) => item.created_at > before.until)
      return before.count + theirs(later)
    }),
    isKnown: computed(() => recent.value !== undefined && !isMissing.value),
    close,
  }
}
