/** Who is writing in a conversation right now. */
import { shallowRef, type ShallowRef } from 'vue'
import type { PageClient } from './client.ts'

/** The people who write. */
export interface Typing {
  readonly people: Readonly<ShallowRef<readonly string[]>>
  /** A key was pressed here. */
  typed(): void
  close(): void
}

const TTL_SECONDS = 5
const TELL_EVERY_MS = 3_000

/** Enters the conversation, seen by its members. */
export function enterTyping(client: PageClient, conversationId: string, me: string): Typing {
  const people = shallowRef<readonly string[]>([])
  let toldAt = -Infinity
  const presence = client.presence(
    `conversation:${conversationId}`,
    (entries) => {
      const typing = entries.filter(
        ({ subject, meta }) => subject !== me && meta['typing'] === true,
      )
      people.value = [...new Set(typing.map(({ subject }) => subject))]
    },
    { meta: {}, onError: () => (people.value = []) },
  )
  return {
    people,
    typed() {
      const now = performance.now()
      if (now - toldAt < TELL_EVERY_MS) return
      toldAt = now
      presence.tell({ typing: true }, { ttlSeconds: TTL_SECONDS })
    },
    close: presence.close,
  }
}
