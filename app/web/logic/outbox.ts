/** Messages that are on their way: kept in order, each until the server's own row of it is there. */

/** How far a message has come. */
export type OutgoingState = 'sending' | 'failed' | 'sent'

/** A message on its way. */
export interface Outgoing {
  /** Made up here: also the idempotency key, so that what is sent again is written once. */
  readonly localKey: string
  readonly conversationId: string
  readonly text: string
  readonly replyToId: string | null
  readonly attachmentIds: readonly string[]
  readonly at: string
  /** The key of the newest message when it was written, '' when there was none; undefined: not known. Keys of later ones are greater. */
  readonly after?: string | undefined
  readonly state: OutgoingState
  /** The server's key, once it is known. */
  readonly key?: string
  /** Why it was refused. */
  readonly error?: string
}

/** The first that has to be sent: of each conversation one at a time, so that they arrive in order; a refused one does not hold up. */
export function nextToSend(
  outbox: readonly Outgoing[],
  underWay: ReadonlySet<string>,
): Outgoing | undefined {
  const busy = new Set(
    outbox.filter(({ localKey }) => underWay.has(localKey)).map((one) => one.conversationId),
  )
  return outbox.find(
    (one) =>
      one.state === 'sending' && !underWay.has(one.localKey) && !busy.has(one.conversationId),
  )
}

/** An outbox in which one message has come further. */
export function withChange(
  outbox: readonly Outgoing[],
  localKey: string,
  change: Partial<Outgoing>,
): readonly Outgoing[] {
  return outbox.map((one) => (one.localKey === localKey ? { ...one, ...change } : one))
}

/** A message of oneself that the server has. */
export interface OwnRow {
  readonly key: string
  readonly text: string
  readonly replyToId: string | null
  readonly attachmentIds: readonly string[]
}

/**
 * What is still to be shown beside the rows: a message whose row is there is not, nor one whose answer was lost and whose row has come by
 * itself. A later row that says the same is taken for it; each is for one alone.
 */
export function withoutTwins(
  outbox: readonly Outgoing[],
  rows: readonly OwnRow[],
): readonly Outgoing[] {
  const taken = new Set(outbox.flatMap(({ key }) => key ?? []))
  const keys = new Set(rows.map(({ key }) => key))
  return outbox.filter((one) => {
    const { key, after, state } = one
    if (key !== undefined) return !keys.has(key)
    if (after === undefined || state !== 'sending') return true
    const twin = rows.find((row) => row.key > after && !taken.has(row.key) && isSame(one, row))
    if (twin !== undefined) taken.add(twin.key)
    return twin === undefined
  })
}

function isSame(one: Omit<OwnRow, 'key'>, other: Omit<OwnRow, 'key'>): boolean {
  return (
    one.text === other.text &&
    one.replyToId === other.replyToId &&
    one.attachmentIds.join() === other.attachmentIds.join()
  )
}

/** What is left when rows of the server have come. */
export function withoutArrived(
  outbox: readonly Outgoing[],
  keys: ReadonlySet<string>,
): readonly Outgoing[] {
  const left = outbox.filter(({ key }) => key === undefined || !keys.has(key))
  return left.length === outbox.length ? outbox : left
}
