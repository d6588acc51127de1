/** Who is writing in a conversation right now. */
import { shallowRef, watch, type ShallowRef } from 'vue'
import type { Presence } from '../../../framework/client/index.ts'
import type { PageClient } from './client.ts'

/** The people who write. */
export interface Typing {
  readonly people: Readonly<ShallowRef<readonly string[]>>
  /** A key was pressed here. */
  typed(): void
  /** What was written is sent, or taken back. */
  stopped(): void
  close(): void
}

/** Whose typing is told, and where. */
export interface TypingOptions {
  readonly conversationId: string
  readonly me: string
  /** Whether one may write there now; watched. */
  readonly canWrite: () => boolean
}

const TTL_SECONDS = 5
const TELL_EVERY_MS = 3_000

/**
 * Watches the conversation, unseen by its members but while one writes. Nobody sees anybody there who may not write, so it is entered
 * as long as one may.
 */
export function enterTyping(
  client: PageClient,
  { conversationId, me, canWrite }: TypingOptions,
): Typing {
  const people = shallowRef<readonly string[]>([])
  let toldAt = -Infinity
  let presence: Presence | undefined

  function leave(): void {
    presence?.close()
    presence = undefined
    toldAt = -Infinity
    people.value = []
  }

  function enter(): void {
    presence = client.presence(
      `conversation:${conversationId}`,
      (entries) => {
        const typing = entries.filter(
          ({ subject, meta }) => subject !== me && meta['typing'] === true,
        )
        people.value = [...new Set(typing.map(({ subject }) => subject))]
      },
      { onError: () => (people.value = []) },
    )
  }

  const unwatch = watch(canWrite, (can) => (can ? enter() : leave()), { immediate: true })
  return {
    people,
    typed() {
      const now = performance.now()
      if (now - toldAt < TELL_EVERY_MS) return
      toldAt = now
      presence?.tell({ typing: true }, { ttlSeconds: TTL_SECONDS })
    },
    stopped() {
      if (toldAt === -Infinity) return
      toldAt = -Infinity
      presence?.tell(undefined)
    },
    close() {
      unwatch()
      leave()
    },
  }
}
