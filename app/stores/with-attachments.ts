/** Messages with files: whoever writes a message attaches files of its own to it, each to one message. */
import {
  InvalidError,
  NotFoundError,
  StaleError,
  where,
  wrappedStoreFactory,
  type Filter,
  type PlainStore,
  type StoreFactory,
  type Transaction,
  type WriteOptions,
} from '../../framework/index.ts'
import { all } from '../resources/all.ts'
import type { attachment } from '../resources/attachment.ts'
import type { message } from '../resources/message.ts'

type Attachments = PlainStore<typeof attachment>

/**
 * The store factory of messages, with files: they are bound to their message in its transaction, so that neither is without the other,
 * and no two messages have one. A text may be empty only beside files. A message without files is written as before.
 */
export function withAttachments(
  base: StoreFactory<typeof message>,
  attachments: Attachments,
): StoreFactory<typeof message> {
  const { transactions } = attachments
  return wrappedStoreFactory(base, (store, { caller: { subject } }) => ({
    async create(item, options) {
      const keys = item.attachment_ids ?? []
      if (keys.length === 0) {
        refuseEmpty(item.text, options)
        return store.create(item, options)
      }
      return transactions.transaction(async (transaction) => {
        const made = await store.create(item, { ...options, transaction })
        const binding = { message_id: made.key, conversation_id: made.item.conversation_id }
        const isFree = freeFilesOf(subject)
        await bind(attachments, keys, { binding, isFree, options, transaction })
        return made
      }, options?.transaction)
    },
    async update(key, item, options) {
      if (item.text !== '') return store.update(key, item, options)
      return transactions.transaction(async (transaction) => {
        const before = await store.read(key, { transaction })
        // Files never change, so that it need not be looked at again. A row that is not there is the store's to refuse.
        if (before?.item.attachment_ids.length === 0) refuseEmpty(item.text, options)
        return store.update(key, item, { ...options, transaction })
      }, options?.transaction)
    },
  }))
}

function refuseEmpty(text: string | undefined, options: WriteOptions | undefined): void {
  if (text !== '') return
  const pointer = `${options?.pointer ?? '/item'}/text`
  throw new InvalidError([{ pointer, detail: 'must not be empty without attachments' }])
}

/** What somebody may attach. */
function freeFilesOf(subject: string | undefined): Filter {
  return where(all, 'attachment', (row) =>
    row.owner_id
      .eq(subject ?? '')
      .and(row.state.eq('ready'))
      .and(row.purpose.eq('message'))
      .and(row.message_id.notExists()),
  )
}

interface Binding {
  readonly binding: { readonly message_id: string; readonly conversation_id: string | null }
  readonly isFree: Filter
  readonly options: WriteOptions | undefined
  readonly transaction: Transaction
}

/** Each in one statement that also asks whether it is free: who comes second waits for the first, and is refused. */
async function bind(
  attachments: Attachments,
  keys: readonly string[],
  { binding, isFree, options, transaction }: Binding,
): Promise<void> {
  for (const [index, key] of inOneOrder(keys)) {
    const pointer = `${options?.pointer ?? '/item'}/attachment_ids/${String(index)}`
    await attachments
      .update(key, binding, { precondition: isFree, transaction })
      .catch((error: unknown) => {
        if (!(error instanceof StaleError || error instanceof NotFoundError)) throw error
        const detail = 'is no file of yours for messages that is ready and not attached yet'
        throw new InvalidError([{ pointer, detail }], { cause: error })
      })
  }
}

/** Two that want the same files take them in the same order, so that neither waits for what the other will never give. */
function inOneOrder(keys: readonly string[]): readonly (readonly [number, string])[] {
  return [...keys.entries()].sort(([, one], [, other]) => (one < other ? -1 : 1))
}
