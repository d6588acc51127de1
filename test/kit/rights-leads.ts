/** Rows that lead to others by their links: whoever reads the one does not read the other for it. */
import type { TestMessenger } from './messenger.ts'
import type { People } from './rights-people.ts'
import type { RowMakers } from './rights-rows.ts'

/** A link that leads to a row. Whoever reads that row reads the one with the link as well. */
export interface Lead {
  readonly resource: string
  readonly key: string
  readonly link: string
}

/** Finds or makes what leads to the row of a resource with a key. */
export type LeadsTo = (resource: string, key: string) => Promise<readonly Lead[]>

/** The leads of one messenger. Where others read a row than the one that leads there, they are worth asking. */
export function leadsOf(
  { stores }: TestMessenger,
  { messageOf, attachmentOf }: RowMakers,
  { owner, former }: People,
): LeadsTo {
  const messages = stores.store('message')

  /** Everybody reads the answer; the author keeps the file wherever it is no member any more. */
  async function toMessage(key: string): Promise<readonly Lead[]> {
    const { author_id } = (await messages.readOrThrow(key)).item
    const said = { text: 'I know', author_id: owner.key, reply_to_id: key }
    const answer = await messages.create(said)
    const file = await attachmentOf({ key: author_id }, () => Promise.resolve(key))()
    return [
      { resource: 'message', key: answer.key, link: 'reply_to' },
      { resource: 'attachment', key: file, link: 'message' },
    ]
  }

  async function toConversation(conversation_id: string): Promise<readonly Lead[]> {
    const key = await attachmentOf(former, messageOf(former, conversation_id))()
    await stores.store('attachment').update(key, { conversation_id })
    return [{ resource: 'attachment', key, link: 'conversation' }]
  }

  async function toFriendship(key: string): Promise<readonly Lead[]> {
    const { user_id, other_id } = (await stores.store('friendship').readOrThrow(key)).item
    const own = { resource: 'user', key: other_id, link: 'friendship' }
    // The owner has more than a page of them.
    if (user_id === owner.key) return [own]
    return [own, { resource: 'user', key: user_id, link: 'friendships' }]
  }

  async function toAttachment(key: string): Promise<readonly Lead[]> {
    const { purpose, owner_id } = (await stores.store('attachment').readOrThrow(key)).item
    return purpose === 'avatar' ? [{ resource: 'user', key: owner_id, link: 'avatar' }] : []
  }

  async function fromMessage(
    resource: 'message_version' | 'message_reaction',
    key: string,
  ): Promise<readonly Lead[]> {
    const { message_id } = (await stores.store(resource).readOrThrow(key)).item
    const link = resource === 'message_version' ? 'versions' : 'reactions'
    return [{ resource: 'message', key: message_id, link }]
  }

  return async (resource, key) => {
    switch (resource) {
      case 'message':
        return toMessage(key)
      case 'message_version':
      case 'message_reaction':
        return fromMessage(resource, key)
      case 'conversation':
        return toConversation(key)
      case 'friendship':
        return toFriendship(key)
      case 'attachment':
        return toAttachment(key)
      default:
        return []
    }
  }
}
