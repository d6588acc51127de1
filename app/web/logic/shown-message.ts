/** Messages as they are shown: those of the server and those on their way, in one shape. */
import type { Outgoing } from './outbox.ts'
import type { PlacedMessage } from './message-groups.ts'

/** A message as it is shown. */
export interface ShownMessage extends PlacedMessage {
  readonly text: string
  readonly isMine: boolean
  readonly isEdited: boolean
  readonly isDeleted: boolean
  readonly replyToId: string | null
  readonly attachmentIds: readonly string[]
  readonly number: number | null
  /** Undefined: it is on the server. */
  readonly outgoing: Outgoing | undefined
}

/** What is known of a row of the server; older servers know less. */
export interface MessageItem {
  readonly text: string
  readonly author_id: string
  readonly created_at: string
  readonly updated_at: string
  readonly number?: number | null
  readonly reply_to_id?: string | null
  readonly attachment_ids?: readonly string[]
  readonly edited_at?: string | null
  readonly deleted_at?: string | null
}

/** A message of the server. */
export function shownRow(
  { key, item }: { readonly key: string; readonly item: MessageItem },
  me: string,
): ShownMessage {
  return {
    key,
    authorId: item.author_id,
    at: item.created_at,
    text: item.text,
    isMine: item.author_id === me,
    isEdited: isEdited(item),
    isDeleted: (item.deleted_at ?? null) !== null,
    replyToId: item.reply_to_id ?? null,
    attachmentIds: item.attachment_ids ?? [],
    number: item.number ?? null,
    outgoing: undefined,
  }
}

/** A server that does not say when it was edited tells of it by the time of the last change. */
function isEdited({ edited_at, created_at, updated_at }: MessageItem): boolean {
  return edited_at === undefined ? updated_at !== created_at : edited_at !== null
}

/** A message on its way. It keeps its place when its row comes, and is shown after those that have come. */
export function shownOutgoing(outgoing: Outgoing, me: string): ShownMessage {
  return {
    key: outgoing.key ?? outgoing.localKey,
    authorId: me,
    at: outgoing.at,
    text: outgoing.text,
    isMine: true,
    isEdited: false,
    isDeleted: false,
    replyToId: outgoing.replyToId,
    attachmentIds: outgoing.attachmentIds,
    number: null,
    outgoing,
  }
}

/**
 * The first message of somebody else that has not been read, by how many there are; undefined when there is none, or it is not
 * among these.
 */
export function firstUnread(
  messages: readonly Pick<ShownMessage, 'key' | 'isMine'>[],
  unread: number,
): string | undefined {
  if (unread <= 0) return undefined
  return messages.filter(({ isMine }) => !isMine).at(-unread)?.key
}
