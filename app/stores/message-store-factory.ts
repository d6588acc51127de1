/** Who may do what with messages: in a conversation its members, in the public room everybody; and what an author changes is its own. */
import {
  ConflictError,
  InvalidError,
  ownedStoreFactory,
  wrappedStoreFactory,
  type Authorization,
  type CreateInput,
  type PlainStore,
  type Result,
  type Store,
  type StoreFactory,
  type Transaction,
  type UpdateInput,
  type WriteOptions,
} from '../../framework/index.ts'
import { sqlIn, type DomainStores } from '../domain-stores.ts'
import { nextNumber } from '../next-number.ts'
import { all } from '../resources/all.ts'
import type { message } from '../resources/message.ts'

const byRules = ownedStoreFactory(all, 'message', {
  owner: 'author_id',
  rules: ({ row, before, me }) => {
    const isPublic = row.conversation_id.notExists()
    const isReader = isPublic.or(
      row.conversation.some(({ members }) => members.some(({ user_id }) => user_id.eq(me.id))),
    )
    const isWriter = isPublic.or(
      row.conversation.some(({ members }) =>
        members.some(({ user_id, can_write }) => user_id.eq(me.id).and(can_write.eq(true))),
      ),
    )
    const isAuthor = row.author_id.eq(me.id)
    return {
      read: isReader,
      create: me.authenticated.and(isWriter),
      update: isAuthor.and(before.deleted_at.notExists()),
      delete: isAuthor.and(row.deleted_at.notExists()),
      // Whoever may write no more still deletes, which is an update where something stays.
      attributes: { text: { update: isWriter } },
    }
  },
})

/** What the store factory of messages needs. */
export interface MessageStoreParts {
  readonly stores: DomainStores
  /** Milliseconds since the epoch. */
  readonly now: () => number
}

type Messages = Store<typeof message>

/**
 * The rules of messages; and code that numbers those of conversations, keeps what was edited, and lets of those that are deleted there
 * only an empty one stay: all in the transaction of the write. One for the public room is written by the one statement of its rules.
 */
export function messageStoreFactory(parts: MessageStoreParts): StoreFactory<typeof message> {
  const { transactions } = parts.stores
  return wrappedStoreFactory(byRules, (store, { caller }) => ({
    async create(item, options) {
      if (isNone(item.conversation_id) && isNone(item.reply_to_id)) {
        return store.create(item, options)
      }
      return transactions.transaction(
        (transaction) => createPlaced(parts, { store, item, caller, options, transaction }),
        options?.transaction,
      )
    },
    async update(key, item, options) {
      const { text } = item
      if (typeof text !== 'string') return store.update(key, item, options)
      return transactions.transaction(
        (transaction) =>
          edit(parts, { store, key, item, text, options: { ...options, transaction } }),
        options?.transaction,
      )
    },
    delete: (key, options) =>
      transactions.transaction(
        (transaction) => remove(parts, { store, key, options: { ...options, transaction } }),
        options?.transaction,
      ),
  }))
}

interface Creation {
  readonly store: Messages
  readonly item: CreateInput<typeof message>
  readonly caller: Authorization
  readonly options: WriteOptions | undefined
  readonly transaction: Transaction
}

/** One that answers another, or is in a conversation. */
async function createPlaced(
  { stores, now }: MessageStoreParts,
  { store, item, caller, options, transaction }: Creation,
): Promise<Result<typeof message>> {
  const within = { ...options, transaction }
  const { conversation_id: conversation, reply_to_id } = item
  if (typeof reply_to_id === 'string') {
    const answered = await store.read(reply_to_id, { transaction })
    // What can't be read is refused in the same words.
    if (answered?.item.conversation_id !== (conversation ?? null)) {
      const pointer = `${options?.pointer ?? '/item'}/reply_to_id`
      throw new InvalidError([{ pointer, detail: 'is not the key of a message there' }])
    }
  }
  if (isNone(conversation)) return store.create(item, within)
  const number = await nextNumber(stores.queryable(transaction), {
    conversation,
    author: caller.subject,
    time: new Date(now()).toISOString(),
  })
  if (number !== undefined) return store.create(item, { ...within, sets: { number } })
  // Its rules say why there is none.
  await store.create(item, within)
  throw new ConflictError('Your rights have just changed. Try again.')
}

interface Change {
  readonly store: Messages
  readonly key: string
  readonly options: WriteOptions & { readonly transaction: Transaction }
}

interface Edit extends Change {
  readonly item: UpdateInput<typeof message>
  /** What the item says. */
  readonly text: string
}

/** Keeps what the message said. */
async function edit(
  { stores, now }: MessageStoreParts,
  { store, key, item, text, options }: Edit,
): Promise<Result<typeof message>> {
  const { transaction } = options
  const found = await store.read(key, { transaction })
  // The rules say why not.
  if (found?.updatable !== true) return store.update(key, item, options)
  const before = await sqlIn(stores, transaction)
    .selectFrom('message')
    .select('text')
    .where('id', '=', found.key)
    .forNoKeyUpdate()
    .executeTakeFirst()
  if (before === undefined || before.text === text) return store.update(key, item, options)
  const edited_at = new Date(now()).toISOString()
  const edited = await store.update(key, item, { ...options, sets: { edited_at } })
  const version = { message_id: found.key, text: before.text }
  await stores.store('message_version').create(version, { transaction })
  return edited
}

/** In a conversation its number and its place stay, and nothing else of it. */
async function remove(
  { stores, now }: MessageStoreParts,
  { store, key, options }: Change,
): Promise<void> {
  const { transaction } = options
  const messages: PlainStore<typeof message> = stores.store('message')
  const found = await messages.read(key, { transaction })
  if (isNone(found?.item.conversation_id)) return store.delete(key, options)
  const sets = { text: '', attachment_ids: [], deleted_at: new Date(now()).toISOString() }
  await store.update(key, {}, { ...options, sets })
  const sql = sqlIn(stores, transaction)
  // Waits for reactions that are being made; those that come later find it deleted.
  await sql.selectFrom('message').select('id').where('id', '=', key).forUpdate().execute()
  await sql.deleteFrom('message_version').where('message_id', '=', key).execute()
  await sql.deleteFrom('message_reaction').where('message_id', '=', key).execute()
  await sql.deleteFrom('attachment').where('message_id', '=', key).execute()
  await sql.deleteFrom('notification').where('message_id', '=', key).execute()
}

function isNone(value: unknown): value is null | undefined {
  return value === null || value === undefined
}
