/** Sends messages in order, however long the server is away. */
import { shallowRef, type ShallowRef } from 'vue'
import { nextToSend, withChange, withoutArrived, type Outgoing } from '../logic/outbox.ts'
import { EVERYONE } from '../logic/route.ts'
import type { PageClient } from './client.ts'
import { isAway } from './keep-trying.ts'

/** What a person writes. */
export interface Draft {
  readonly conversationId: string
  readonly text: string
  readonly replyToId?: string | null
  readonly attachmentIds?: readonly string[]
  /** As in `Outgoing`. */
  readonly after?: string | undefined
}

/** Messages on their way. */
export interface Outbox {
  readonly all: Readonly<ShallowRef<readonly Outgoing[]>>
  send(draft: Draft): void
  /** Sends a refused one again. */
  retry(localKey: string): void
  discard(localKey: string): void
  /** Rows of the server have come: what they are of is on its way no more. */
  arrived(keys: ReadonlySet<string>): void
  close(): void
}

const AGAIN_MS = 3_000

/** What an outbox needs. */
export interface OutboxOptions {
  readonly client: PageClient
  /** Says why a message was refused. */
  readonly explain: (error: unknown) => string
  readonly onRefused: (message: Outgoing) => void
}

/** Makes an empty outbox. */
export function createOutbox({ client, explain, onRefused }: OutboxOptions): Outbox {
  const all = shallowRef<readonly Outgoing[]>([])
  const underWay = new Set<string>()
  let timer: ReturnType<typeof setTimeout> | undefined
  let isClosed = false

  const change = (localKey: string, to: Partial<Outgoing>): void => {
    all.value = withChange(all.value, localKey, to)
  }

  function refuse(one: Outgoing, error: string): void {
    change(one.localKey, { state: 'failed', error })
    if (!isClosed) onRefused({ ...one, error })
  }

  async function write(one: Outgoing): Promise<void> {
    underWay.add(one.localKey)
    try {
      const { key } = await client.message.create(itemOf(one), { idempotencyKey: one.localKey })
      change(one.localKey, { state: 'sent', key })
    } catch (error) {
      if (isAway(error)) pumpLater()
      else refuse(one, explain(error))
    } finally {
      underWay.delete(one.localKey)
    }
    if (timer === undefined) pump()
  }

  function pump(): void {
    clearTimeout(timer)
    timer = undefined
    if (isClosed) return
    for (let next; (next = nextToSend(all.value, underWay));) void write(next)
  }

  function pumpLater(): void {
    clearTimeout(timer)
    timer = setTimeout(pump, AGAIN_MS)
  }

  addEventListener('online', pump)
  return {
    all,
    send({ conversationId, text, replyToId = null, attachmentIds = [], after }) {
      const localKey = newKey()
      const at = new Date().toISOString()
      const made = { localKey, conversationId, text, replyToId, attachmentIds, at, after }
      all.value = [...all.value, { ...made, state: 'sending' }]
      pump()
    },
    retry(localKey) {
      change(localKey, { state: 'sending' })
      pump()
    },
    discard(localKey) {
      all.value = all.value.filter((one) => one.localKey !== localKey)
    },
    arrived(keys) {
      all.value = withoutArrived(all.value, keys)
    },
    close() {
      isClosed = true
      clearTimeout(timer)
      removeEventListener('online', pump)
    },
  }
}

/** What is usual is left out: the room of everybody knows no more than a text. */
function itemOf({ conversationId, text, replyToId, attachmentIds }: Outgoing) {
  return {
    text,
    ...(conversationId === EVERYONE ? {} : { conversation_id: conversationId }),
    ...(replyToId === null ? {} : { reply_to_id: replyToId }),
    ...(attachmentIds.length === 0 ? {} : { attachment_ids: [...attachmentIds] }),
  }
}

/** Browsers make uuids only where they take the connection for safe. */
function newKey(): string {
  const bytes = crypto.getRandomValues(new Uint8Array(16))
  return Array.from(bytes, (byte) => byte.toString(16).padStart(2, '0')).join('')
}
