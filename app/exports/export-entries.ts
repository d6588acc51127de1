/** What an export holds: a file of lines of JSON for each kind of data that is kept of a user, and the files that it has uploaded. */
import { Readable } from 'node:stream'
import { where, type Item } from '../../framework/index.ts'
import type { DomainStores } from '../domain-stores.ts'
import type { MediaName, MediaStorage } from '../media/media-storage.ts'
import { all } from '../resources/all.ts'
import type { attachment } from '../resources/attachment.ts'
import type { securityEvent } from '../resources/security-event.ts'
import type { user } from '../resources/user.ts'
import type { ZipEntry } from './zip.ts'

/** What gathering needs. */
export interface ExportParts {
  readonly stores: Pick<DomainStores, 'store'>
  readonly storage: Pick<MediaStorage, 'byteCount' | 'read'>
}

type Rows = AsyncIterable<object>

/** The files of an export of a user. Secrets and digests are in none: plain stores do not read them. */
export async function* exportEntries(
  { stores, storage }: ExportParts,
  key: string,
): AsyncGenerator<ZipEntry> {
  for (const [name, rows] of Object.entries({ ...aboutOneself(stores, key), ...talk(stores, key) }))
    yield {
      name: `${name}.ndjson`,
      isPacked: false,
      read: () => Promise.resolve(Readable.from(lines(rows), { objectMode: false })),
    }
  const filter = where(all, 'attachment', (row) => row.owner_id.eq(key).and(row.state.eq('ready')))
  for await (const { item } of stores.store('attachment').searchAll({ filter })) {
    const name = mediaNameOf(item)
    // Deleted meanwhile.
    if ((await storage.byteCount(name)) === undefined) continue
    yield { name: pathOf(item), isPacked: true, read: () => storage.read(name) }
  }
}

type Stores = ExportParts['stores']

/** Tables whose rows are about the user of `user_id`. */
type OwnTable =
  | 'availability'
  | 'data_export'
  | 'email_confirmation'
  | 'friendship'
  | 'notification'
  | 'second_factor'
  | 'session'

function aboutOneself({ store }: Stores, key: string): Readonly<Record<string, Rows>> {
  const events = where(all, 'security_event', (row) => row.subject_id.eq(key))
  const own = (name: OwnTable): Rows =>
    itemsOf(store(name).searchAll({ filter: where(all, name, (row) => row.user_id.eq(key)) }))
  return {
    profile: itemsOf(
      store('user').searchAll({ filter: where(all, 'user', (row) => row.id.eq(key)) }),
      ownProfile,
    ),
    sessions: own('session'),
    security_events: itemsOf(store('security_event').searchAll({ filter: events }), withoutOthers),
    address_confirmations: own('email_confirmation'),
    second_factor: own('second_factor'),
    availability: own('availability'),
    friendships: own('friendship'),
    notifications: own('notification'),
    exports: own('data_export'),
  }
}

function talk({ store }: Stores, key: string): Readonly<Record<string, Rows>> {
  const conversations = where(all, 'conversation', (row) =>
    row.members.some(({ user_id }) => user_id.eq(key)),
  )
  const members = where(all, 'conversation_member', (row) => row.user_id.eq(key))
  const messages = where(all, 'message', (row) => row.author_id.eq(key))
  const versions = where(all, 'message_version', (row) =>
    row.message.some(({ author_id }) => author_id.eq(key)),
  )
  const reactions = where(all, 'message_reaction', (row) => row.user_id.eq(key))
  const attachments = where(all, 'attachment', (row) => row.owner_id.eq(key))
  return {
    conversations: itemsOf(store('conversation').searchAll({ filter: conversations })),
    memberships: itemsOf(store('conversation_member').searchAll({ filter: members })),
    messages: itemsOf(store('message').searchAll({ filter: messages })),
    message_versions: itemsOf(store('message_version').searchAll({ filter: versions })),
    reactions: itemsOf(store('message_reaction').searchAll({ filter: reactions })),
    attachments: itemsOf(store('attachment').searchAll({ filter: attachments })),
  }
}

/** Nothing is read before it is asked for. */
async function* itemsOf<I extends object>(
  results: AsyncIterable<{ readonly item: I }>,
  shown: (item: I) => object = (item) => item,
): Rows {
  for await (const { item } of results) yield shown(item)
}

async function* lines(rows: Rows): AsyncGenerator<string> {
  for await (const row of rows) yield `${JSON.stringify(row)}\n`
}

/** Whether somebody is blocked is for admins to know. */
function ownProfile({ blocked: _, ...item }: Item<typeof user>): object {
  return item
}

/** Which admin did something, and from where, is not the user's to know. */
function withoutOthers({ actor_id, address, ...item }: Item<typeof securityEvent>): object {
  const isOthers = actor_id !== null && actor_id !== item.subject_id
  return { ...item, ...(isOthers ? {} : { actor_id, address }) }
}

function mediaNameOf({ id, kind }: Item<typeof attachment>): MediaName {
  return { id, part: kind === 'image' ? 'image' : 'upload' }
}

/** Names that people gave may be too long for a disk, and more than one may be the same. They are in the lines of attachments. */
function pathOf({ id, name }: Item<typeof attachment>): string {
  return `media/${id}${/\.[a-z0-9]{1,10}$/i.exec(name)?.[0] ?? ''}`
}
