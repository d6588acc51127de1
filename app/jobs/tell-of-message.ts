/** Tells people of messages that are for them. */
import {
  afterCreate,
  CHANGE_PAYLOAD,
  job,
  onlyWhen,
  type Change,
  type Result,
  type Transaction,
} from '../../framework/index.ts'
import { sqlIn, type DomainStores } from '../domain-stores.ts'
import { mentionsIn } from '../mentions.ts'
import { readNotices, type Notice, type Notifier } from '../notifications.ts'
import type { message } from '../resources/message.ts'

/** What telling needs. */
export interface TellOfMessageParts {
  readonly stores: DomainStores
  readonly notifier: Notifier
}

/**
 * Tells who is answered, who is mentioned, and in a conversation all other members that have not read so far: each once, of the first
 * thing that is true of it. Its author has read what came before. Of messages that only are there, a member that mutes is not told, and others are told once until they read.
 */
export function tellOfMessageJob({ stores, notifier }: TellOfMessageParts) {
  return job('tell_of_message', {
    payload: CHANGE_PAYLOAD,
    triggers: [onlyWhen(afterCreate('message'), mayBeForSomebody)],
    run: ({ key }) =>
      stores.transactions.transaction(async (transaction) => {
        const written = await stores.store('message').read(key, { transaction })
        if (written === undefined) return
        const { author_id: user, conversation_id: conversation, number } = written.item
        if (conversation !== null && number !== null) {
          await readNotices(stores, { user, conversation, number }, transaction)
        }
        if (!(await lockUndeleted(stores, key, transaction))) return
        await notifier.notifyAll(await noticesOf(stores, written, transaction), transaction)
      }),
  })
}

/** Whoever deletes it comes later, and finds what was told of it. */
async function lockUndeleted(
  stores: DomainStores,
  message: string,
  transaction: Transaction,
): Promise<boolean> {
  const found = await sqlIn(stores, transaction)
    .selectFrom('message')
    .select('id')
    .where('id', '=', message)
    .where('deleted_at', 'is', null)
    .forKeyShare()
    .executeTakeFirst()
  return found !== undefined
}

function mayBeForSomebody({ after }: Change): boolean {
  const { conversation_id, reply_to_id, text } = after ?? {}
  const isPlain = typeof text === 'string' && !text.includes('@')
  return typeof conversation_id === 'string' || typeof reply_to_id === 'string' || !isPlain
}

/** Who may be told. */
interface Reader {
  readonly user: string
  /** Also when it is neither answered nor mentioned; default no. */
  readonly isToBeTold?: boolean
}

async function noticesOf(
  stores: DomainStores,
  { key, item }: Result<typeof message>,
  transaction: Transaction,
): Promise<readonly Notice[]> {
  const { author_id: actor, conversation_id: conversation } = item
  const about = { actor, message: key, ...(conversation !== null && { conversation }) }
  const answered = await authorOfAnswered(stores, item.reply_to_id, transaction)
  const mentioned = new Set(await usersNamed(stores, mentionsIn(item.text), transaction))
  const kindFor = (user: string): 'reply' | 'mention' | undefined => {
    if (user === answered) return 'reply'
    return mentioned.has(user) ? 'mention' : undefined
  }
  const readers =
    conversation === null
      ? [...new Set(answered === undefined ? mentioned : [answered, ...mentioned])].map((user) => ({
          user,
        }))
      : await membersBehind(stores, { conversation, number: item.number }, transaction)
  return readers.flatMap(({ user, isToBeTold = false }: Reader) => {
    const kind = kindFor(user) ?? (isToBeTold ? 'message' : undefined)
    return kind === undefined ? [] : [{ ...about, user, kind }]
  })
}

async function authorOfAnswered(
  stores: DomainStores,
  key: string | null,
  transaction: Transaction,
): Promise<string | undefined> {
  if (key === null) return undefined
  return (await stores.store('message').read(key, { transaction }))?.item.author_id
}

async function usersNamed(
  stores: DomainStores,
  names: readonly string[],
  transaction: Transaction,
): Promise<readonly string[]> {
  if (names.length === 0) return []
  const found = await sqlIn(stores, transaction)
    .selectFrom('user')
    .select('id')
    .where('username', 'in', names)
    .execute()
  return found.map(({ id }) => id)
}

/**
 * Members that have not read a message. Their rows are held until the transaction ends: one that reads it meanwhile comes behind, and
 * finds what it was told; so does who tells them of another message.
 */
async function membersBehind(
  stores: DomainStores,
  { conversation, number }: { readonly conversation: string; readonly number: number | null },
  transaction: Transaction,
): Promise<readonly Reader[]> {
  const sql = sqlIn(stores, transaction)
  const members = await sql
    .selectFrom('conversation_member')
    .select(['user_id', 'muted'])
    .where('conversation_id', '=', conversation)
    .where('read_number', '<', number)
    .orderBy('user_id')
    .forNoKeyUpdate()
    .execute()
  const told = await sql
    .selectFrom('notification')
    .select('user_id')
    .where('conversation_id', '=', conversation)
    .where('kind', '=', 'message')
    .where('is_read', '=', false)
    .execute()
  const isTold = new Set(told.map(({ user_id }) => user_id))
  return members.map(({ user_id, muted }) => ({
    user: user_id,
    isToBeTold: !muted && !isTold.has(user_id),
  }))
}
