/** Who comes into conversations, and goes. */
import {
  ConflictError,
  ForbiddenError,
  InvalidError,
  NotFoundError,
  where,
  type Transaction,
} from '../framework/index.ts'
import { directKeyOf } from './direct-key.ts'
import { sqlIn, type DomainStores } from './domain-stores.ts'
import { lockBoth } from './friendships.ts'
import { newJoinCode } from './join-code.ts'
import { leaveConversation, takeOut } from './leave-conversations.ts'
import { isBlockedBetween, type Notifier } from './notifications.ts'
import { lockCaller, lockPresent } from './present-users.ts'
import { all } from './resources/all.ts'

/** So many are in a conversation at most: each message is for all of them. */
export const MOST_MEMBERS = 2_000

/** Who asks, and within what. */
export interface Asking {
  /** The id of a user. */
  readonly me: string
  readonly transaction: Transaction
}

/**
 * What makes, joins and leaves conversations. The right to it is checked here: what somebody is no member of is not there. Each locks the
 * conversation before its members, so that they come one after the other, and messages between them.
 */
export interface Conversations {
  /**
   * The conversation of two people; made when there is none, once, whoever of them asks and at however many places at a time.
   * @returns its key
   * @throws InvalidError that points at `/user_id` for oneself, and for who is no user
   */
  direct(other: string, asking: Asking): Promise<string>
  /** @returns the key of the conversation. @throws NotFoundError when there is none with that code; ConflictError when it is full */
  join(code: string, asking: Asking): Promise<string>
  /**
   * Brings somebody into a group, and tells it; nothing changes for who is in it.
   * @returns the key of the member
   * @throws InvalidError that points at `/username`; ForbiddenError where there are two people, and when one of both has blocked the other; ConflictError when it is full
   */
  invite(
    invitation: { readonly conversation: string; readonly username: string },
    asking: Asking,
  ): Promise<string>
  /** Passes on what the member owned; of what the last one leaves nobody knows any more. @throws ConflictError where there are two people */
  leave(conversation: string, asking: Asking): Promise<void>
  /** Puts somebody out, and renews the code. @throws ForbiddenError for who is not the owner; InvalidError that points at `/user_id` */
  removeMember(
    removal: { readonly conversation: string; readonly user: string },
    asking: Asking,
  ): Promise<void>
  /** @throws ForbiddenError for who is not the owner */
  renewCode(conversation: string, asking: Asking): Promise<void>
}

/** What they need. */
export interface ConversationsParts {
  readonly stores: DomainStores
  readonly notifier: Notifier
  /** Milliseconds since the epoch. */
  readonly now: () => number
}

/** Makes them over the stores. */
export function createConversations(parts: ConversationsParts): Conversations {
  return Object.freeze<Conversations>({
    direct: (other, asking) => direct(parts, other, asking),
    join: (code, asking) => join(parts, code, asking),
    invite: (invitation, asking) => invite(parts, invitation, asking),
    leave: (conversation, asking) => leave(parts, conversation, asking),
    async removeMember({ conversation, user }, asking) {
      await asOwner(parts, conversation, asking)
      if (user === asking.me) throw fault('/user_id', 'is the owner, who leaves instead')
      if ((await memberKey(parts, { conversation, user }, asking)) === undefined) {
        throw fault('/user_id', 'is not a member')
      }
      await takeOut(parts, conversation, { ...asking, me: user })
      await setConversation(parts, { conversation, item: { join_code: newJoinCode() } }, asking)
    },
    async renewCode(conversation, asking) {
      await asOwner(parts, conversation, asking)
      await setConversation(parts, { conversation, item: { join_code: newJoinCode() } }, asking)
    },
  })
}

async function direct(
  { stores, now }: ConversationsParts,
  other: string,
  { me, transaction }: Asking,
): Promise<string> {
  if (other === me) throw fault('/user_id', 'is you: a conversation has two people')
  const conversations = stores.store('conversation')
  const members = stores.store('conversation_member')
  const friendships = stores.store('friendship')
  const direct_key = directKeyOf(me, other)
  const filter = where(all, 'conversation', (row) => row.direct_key.eq(direct_key))
  const find = async (): Promise<string | undefined> =>
    (await conversations.search({ filter, limit: 1 }, { transaction })).results[0]?.key
  const found = await find()
  if (found !== undefined) return found
  await lockCaller(stores, me, transaction)
  const present = await lockPresent(stores, [other], transaction)
  if (!present.has(other)) throw fault('/user_id', 'is not the key of a user')
  try {
    return await stores.transactions.transaction(async () => {
      const last_message_at = new Date(now()).toISOString()
      const item = { kind: 'direct', direct_key, last_message_at } as const
      await lockBoth(friendships, [me, other], transaction)
      if (await isBlockedBetween(friendships, [me, other], transaction)) {
        throw new ForbiddenError('You can’t write to this user.')
      }
      const { key: conversation_id } = await conversations.create(item, { transaction })
      for (const user_id of [me, other]) {
        await members.create({ conversation_id, user_id }, { transaction })
      }
      return conversation_id
    }, transaction)
  } catch (error) {
    // The other one, or oneself elsewhere, was a moment faster.
    const made = error instanceof ConflictError ? await find() : undefined
    if (made === undefined) throw error
    return made
  }
}

async function join(parts: ConversationsParts, code: string, asking: Asking): Promise<string> {
  await lockCaller(parts.stores, asking.me, asking.transaction)
  const found = await sqlIn(parts.stores, asking.transaction)
    .selectFrom('conversation')
    .select(['id', 'message_count'])
    .where('join_code', '=', code)
    .forNoKeyUpdate()
    .executeTakeFirst()
  if (found === undefined) throw new NotFoundError('There is no conversation with this code.')
  await addMember(parts, { ...found, user: asking.me, invitedBy: null }, asking)
  return found.id
}

async function invite(
  parts: ConversationsParts,
  { conversation, username }: { readonly conversation: string; readonly username: string },
  asking: Asking,
): Promise<string> {
  const { kind, message_count } = await asMember(parts, conversation, asking)
  if (kind !== 'group') throw new ForbiddenError('Nobody else comes in where two people talk.')
  const filter = where(all, 'user', (row) => row.username.eq(username))
  const { transaction } = asking
  const { results } = await parts.stores.store('user').search({ filter, limit: 1 }, { transaction })
  const user = results[0]?.key
  const isPresent =
    user !== undefined && (await lockPresent(parts.stores, [user], transaction)).has(user)
  if (!isPresent) throw fault('/username', 'is not the name of a user')
  const friendships = parts.stores.store('friendship')
  // Who blocks the other at this moment does so before or after, not meanwhile.
  await lockBoth(friendships, [asking.me, user], transaction)
  if (await isBlockedBetween(friendships, [asking.me, user], transaction)) {
    throw new ForbiddenError('You can’t invite this user.')
  }
  return addMember(parts, { id: conversation, message_count, user, invitedBy: asking.me }, asking)
}

interface NewMember {
  /** Of the conversation. */
  readonly id: string
  readonly message_count: number
  readonly user: string
  readonly invitedBy: string | null
}

/**
 * What was written before counts as read.
 * @returns the key of the member, also of one that is there
 * @throws ConflictError when the conversation is full
 */
async function addMember(
  parts: ConversationsParts,
  { id, message_count, user, invitedBy }: NewMember,
  asking: Asking,
): Promise<string> {
  const found = await memberKey(parts, { conversation: id, user }, asking)
  if (found !== undefined) return found
  const { store } = parts.stores
  const isOfIt = where(all, 'conversation_member', (row) => row.conversation_id.eq(id))
  const count = await store('conversation_member').count(isOfIt, {
    transaction: asking.transaction,
  })
  if (count >= MOST_MEMBERS) {
    throw new ConflictError(`The conversation is full: ${String(MOST_MEMBERS)} people are in it.`)
  }
  const item = {
    conversation_id: id,
    user_id: user,
    read_number: message_count,
    invited_by_id: invitedBy,
  }
  const { transaction } = asking
  const { key } = await parts.stores.store('conversation_member').create(item, { transaction })
  if (invitedBy !== null) {
    const notice = { user, kind: 'invitation', actor: invitedBy, conversation: id } as const
    await parts.notifier.notify(notice, transaction)
  }
  return key
}

async function leave(
  parts: ConversationsParts,
  conversation: string,
  asking: Asking,
): Promise<void> {
  const { kind, owner_id } = await asMember(parts, conversation, asking)
  if (kind !== 'group') throw new ConflictError('Where two people talk nobody leaves. Mute it.')
  await leaveConversation(parts, { id: conversation, owner_id }, asking)
}

/** The conversation, locked. @throws NotFoundError for who is no member */
async function asMember(
  { stores }: ConversationsParts,
  conversation: string,
  { me, transaction }: Asking,
) {
  const sql = sqlIn(stores, transaction)
  const found = await sql
    .selectFrom('conversation')
    .select(['kind', 'owner_id', 'message_count'])
    .where('id', '=', conversation)
    .forNoKeyUpdate()
    .executeTakeFirst()
  // By a statement of its own: what was done while it waited for the lock counts.
  const member = await sql
    .selectFrom('conversation_member')
    .select('user_id')
    .where('conversation_id', '=', conversation)
    .where('user_id', '=', me)
    .executeTakeFirst()
  if (found === undefined || member === undefined) throw new NotFoundError()
  return found
}

async function asOwner(
  parts: ConversationsParts,
  conversation: string,
  asking: Asking,
): Promise<void> {
  const { owner_id } = await asMember(parts, conversation, asking)
  if (owner_id !== asking.me) throw new ForbiddenError()
}

interface MemberOf {
  readonly conversation: string
  readonly user: string
}

async function memberKey(
  { stores }: ConversationsParts,
  { conversation, user }: MemberOf,
  { transaction }: Asking,
): Promise<string | undefined> {
  const filter = where(all, 'conversation_member', (row) =>
    row.conversation_id.eq(conversation).and(row.user_id.eq(user)),
  )
  const members = stores.store('conversation_member')
  return (await members.search({ filter, limit: 1 }, { transaction })).results[0]?.key
}

interface ConversationChange {
  readonly conversation: string
  readonly item: { readonly join_code: string }
}

async function setConversation(
  { stores }: ConversationsParts,
  { conversation, item }: ConversationChange,
  { transaction }: Asking,
): Promise<void> {
  await stores.store('conversation').update(conversation, item, { transaction })
}

function fault(pointer: string, detail: string): InvalidError {
  return new InvalidError([{ pointer, detail }])
}
