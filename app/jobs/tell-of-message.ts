/** Tells people of messages that are for them. */
import {
  afterCreate,
  afterUpdate,
  CHANGE_PAYLOAD,
  job,
  onlyWhen,
  type Change,
  type Job,
  type Result,
  type Transaction,
} from '../../framework/index.ts'
import { sqlIn, type DomainStores } from '../domain-stores.ts'
import { lockUndeleted } from '../lock-undeleted.ts'
import { mentionsIn } from '../mentions.ts'
import { readNotices, type Notice, type Notifier } from '../notifications.ts'
import type { message } from '../resources/message.ts'

/** What telling needs. */
export interface TellOfMessageParts {
  readonly stores: DomainStores
  readonly notifier: Notifier
  readonly tellOfUnread: Job<'tell_of_unread', { message: string }>
}

/** Who has a conversation open reads what comes within this time, and need not be told of it. */
const READING_SECONDS = 3

/**
 * Tells who is answered and who is mentioned, each once, of the first that is true of it; of an edit, whom the text names anew. In a
 * conversation these are members that have not read so far, and another job tells the others, when they do not read it soon. Its author
 * has read what came before.
 */
export function tellOfMessageJob({ stores, notifier, tellOfUnread }: TellOfMessageParts) {
  return job('tell_of_message', {
    payload: CHANGE_PAYLOAD,
    triggers: [
      onlyWhen(afterCreate('message'), mayBeForSomebody),
      onlyWhen(afterUpdate('message'), (change) => newlyNamed(change).length > 0),
    ],
    run: (change, { jobs }) =>
      stores.transactions.transaction(async (transaction) => {
        const written = await stores.store('message').read(change.key, { transaction })
        if (written === undefined) return
        const isNew = change.operation === 'create'
        const { author_id: user, conversation_id: conversation, number } = written.item
        if (isNew && conversation !== null && number !== null) {
          await readNotices(stores, { user, conversation, number }, transaction)
        }
        if (!(await lockUndeleted(stores, written.key, transaction))) return
        const names = isNew ? mentionsIn(written.item.text) : newlyNamed(change)
        const notices = await noticesOf(stores, { written, names, isNew }, transaction)
        await notifier.notifyAll(notices, transaction)
        if (!isNew || conversation === null) return
        const options = { transaction, afterSeconds: READING_SECONDS }
        await jobs.send(tellOfUnread, { message: written.key }, options)
      }),
  })
}

function mayBeForSomebody({ after }: Change): boolean {
  const { conversation_id, reply_to_id, text } = after ?? {}
  const isPlain = typeof text === 'string' && !text.includes('@')
  return typeof conversation_id === 'string' || typeof reply_to_id === 'string' || !isPlain
}

interface Texts {
  readonly before?: Readonly<Record<string, unknown>> | undefined
  readonly after?: Readonly<Record<string, unknown>> | undefined
}

/** Usernames that a change has brought. */
function newlyNamed({ before, after }: Texts): readonly string[] {
  const namesIn = (text: unknown) => (typeof text === 'string' ? mentionsIn(text) : [])
  const known = new Set(namesIn(before?.['text']))
  return namesIn(after?.['text']).filter((name) => !known.has(name))
}

interface Telling {
  readonly written: Result<typeof message>
  readonly names: readonly string[]
  readonly isNew: boolean
}

async function noticesOf(
  stores: DomainStores,
  { written: { key, item }, names, isNew }: Telling,
  transaction: Transaction,
): Promise<readonly Notice[]> {
  const { author_id: actor, conversation_id: conversation, reply_to_id } = item
  const answered = isNew ? await authorOfAnswered(stores, reply_to_id, transaction) : undefined
  const mentioned = await usersNamed(stores, names, transaction)
  const users = [...new Set(answered === undefined ? mentioned : [answered, ...mentioned])]
  // What they have read did not name them before it was edited.
  const behind = isNew ? item.number : null
  const readers = await readersAmong(stores, { users, conversation, behind }, transaction)
  const told = await usersTold(stores, key, transaction)
  const about = { actor, message: key, ...(conversation !== null && { conversation }) }
  return readers
    .filter((user) => !told.has(user))
    .map((user) => ({ ...about, user, kind: user === answered ? 'reply' : 'mention' }))
}

/** Who is answered or mentioned by a message and knows of it: jobs may run twice, and edits take names away and bring them back. */
async function usersTold(
  stores: DomainStores,
  message: string,
  transaction: Transaction,
): Promise<ReadonlySet<string>> {
  const found = await sqlIn(stores, transaction)
    .selectFrom('notification')
    .select('user_id')
    .where('message_id', '=', message)
    .where('kind', 'in', ['mention', 'reply'])
    .execute()
  return new Set(found.map(({ user_id }) => user_id))
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

interface Readers {
  readonly users: readonly string[]
  /** Null: everybody reads there. */
  readonly conversation: string | null
  /** The number of a message that they have not read; null: whatever they have read. */
  readonly behind: number | null
}

/**
 * Those who read in a conversation. Their rows are held until the transaction ends: one that reads on meanwhile comes behind, and finds
 * what it was told.
 */
async function readersAmong(
  stores: DomainStores,
  { users, conversation, behind }: Readers,
  transaction: Transaction,
): Promise<readonly string[]> {
  if (conversation === null || users.length === 0) return users
  const members = sqlIn(stores, transaction)
    .selectFrom('conversation_member')
    .select('user_id')
    .where('conversation_id', '=', conversation)
    .where('user_id', 'in', users)
    .orderBy('user_id')
    .forNoKeyUpdate()
  const found = behind === null ? members : members.where('read_number', '<', behind)
  return (await found.execute()).map(({ user_id }) => user_id)
}
