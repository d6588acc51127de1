/** Puts people, conversations and pictures into an empty messenger, so that there is something to look at. */
import { randomUUIDv7 } from 'node:crypto'
import { DeclarationError, type Passwords, type Transaction } from '../framework/index.ts'
import { ACTORS, BONDS, CONVERSATIONS, type Line, type Scripted } from './demonstration-script.ts'
import { directKeyOf } from './direct-key.ts'
import type { DomainStores } from './domain-stores.ts'
import { newJoinCode } from './join-code.ts'
import { drawPerson, drawScene } from './media/drawn-picture.ts'
import type { Media } from './media/media.ts'
import type { KeptPicture } from './media/uploads.ts'

/** What it needs. */
export interface DemonstrationParts {
  readonly stores: DomainStores
  readonly passwords: Passwords
  readonly media: Pick<Media, 'keepPicture'>
  /** Milliseconds since the epoch. */
  readonly now: () => number
}

/** Of everybody in it, as of the seeded admin. */
const PASSWORD = 'Password123!'
/** Between two lines. */
const PAUSE_MS = 4 * 60_000

/** A picture that is kept, with the id that its row will have. */
interface Kept extends KeptPicture {
  readonly id: string
}

interface Stage extends DemonstrationParts {
  readonly transaction: Transaction
  /** Keys of users by their names. */
  readonly keys: ReadonlyMap<string, string>
  readonly photos: ReadonlyMap<Line, Kept>
}

/**
 * Does what takes long: the digest of the password, and pictures, which are drawn, made anew and kept as those that are uploaded.
 * @returns what writes all of it in a transaction in which there are the seeded users, and answers how many rows it has made
 */
export async function prepareDemonstration(
  parts: DemonstrationParts,
): Promise<(transaction: Transaction) => Promise<number>> {
  const keep = async (bytes: Promise<Buffer>): Promise<Kept> => {
    const id = randomUUIDv7()
    return { id, ...(await parts.media.keepPicture(id, await bytes)) }
  }
  const password_digest = await parts.passwords.hash(PASSWORD)
  // One after the other: to draw one holds up everything else for a moment.
  const faces: Kept[] = []
  for (const { colour } of ACTORS) faces.push(await keep(drawPerson(colour)))
  const photos = new Map<Line, Kept>()
  for (const line of CONVERSATIONS.flatMap(({ lines }) => lines)) {
    if (line.photo !== undefined) photos.set(line, await keep(drawScene(line.photo.scene)))
  }
  return async (transaction) => {
    const { results } = await parts.stores.store('user').search({}, { transaction })
    const keys = new Map(results.map(({ key, item }) => [item.username, key]))
    const stage: Stage = { ...parts, transaction, keys, photos }
    let rows = 0
    for (const [at, { colour: _, ...actor }] of ACTORS.entries()) {
      keys.set(actor.username, await enter(stage, { ...actor, password_digest }, faces[at]))
      rows += 3
    }
    rows += await befriend(stage)
    for (const scripted of CONVERSATIONS) rows += await talk(stage, scripted)
    return rows
  }
}

type Person = Omit<(typeof ACTORS)[number], 'colour'> & { readonly password_digest: string }

/** @returns the key of the user */
async function enter(
  { stores: { store }, transaction }: Stage,
  person: Person,
  face: Kept | undefined,
): Promise<string> {
  const options = { transaction }
  const { key } = await store('user').create(person, options)
  await store('availability').create({ user_id: key }, options)
  if (face === undefined) return key
  const avatar = { ...face, owner_id: key, purpose: 'avatar', name: 'me.jpg' } as const
  await store('attachment').create(avatar, options)
  await store('user').update(key, { avatar_id: face.id }, options)
  return key
}

function keyIn({ keys }: Stage, username: string): string {
  const key = keys.get(username)
  if (key === undefined) throw new DeclarationError(`Nobody in the demonstration is ${username}.`)
  return key
}

async function befriend(stage: Stage): Promise<number> {
  const { stores, transaction } = stage
  const options = { transaction }
  let rows = 0
  for (const [one, other, mine, theirs] of BONDS) {
    const [user_id, other_id] = [keyIn(stage, one), keyIn(stage, other)]
    for (const [user, about, state] of [
      [user_id, other_id, mine],
      [other_id, user_id, theirs],
    ] as const) {
      if (state === undefined) continue
      await stores.store('friendship').create({ user_id: user, other_id: about, state }, options)
      rows += 1
      if (state !== 'asked') continue
      // Of messages a job tells.
      const told = { user_id: user, actor_id: about, kind: 'friend_request' } as const
      await stores.store('notification').create(told, options)
      rows += 1
    }
  }
  return rows
}

interface Scene {
  readonly id: string
  readonly scripted: Scripted
  /** When the first line is said. */
  readonly startMs: number
}

async function talk(stage: Stage, scripted: Scripted): Promise<number> {
  const { stores, transaction, now } = stage
  const { title, members, lines, minutesAgo, unread = {} } = scripted
  const options = { transaction }
  const lastMs = now() - minutesAgo * 60_000
  const startMs = lastMs - (lines.length - 1) * PAUSE_MS
  const [owner = '', other = ''] = members
  const isGroup = title !== undefined
  const { key: id } = await stores.store('conversation').create(
    {
      kind: isGroup ? 'group' : 'direct',
      ...(isGroup
        ? { title, owner_id: keyIn(stage, owner), join_code: newJoinCode() }
        : { direct_key: directKeyOf(keyIn(stage, owner), keyIn(stage, other)) }),
      message_count: lines.length,
      last_message_at: new Date(lastMs).toISOString(),
      created_at: new Date(startMs - PAUSE_MS).toISOString(),
    },
    options,
  )
  for (const name of members) {
    await stores.store('conversation_member').create(
      {
        conversation_id: id,
        user_id: keyIn(stage, name),
        read_number: lines.length - (unread[name] ?? 0),
        invited_by_id: isGroup && name !== owner ? keyIn(stage, owner) : null,
        created_at: new Date(startMs - PAUSE_MS).toISOString(),
      },
      options,
    )
  }
  return 1 + members.length + (await say(stage, { id, scripted, startMs }))
}

async function say(stage: Stage, { id, scripted, startMs }: Scene): Promise<number> {
  const said: string[] = []
  let rows = 0
  for (const [at, line] of scripted.lines.entries()) {
    const time = startMs + at * PAUSE_MS
    const reply_to_id = line.answers === undefined ? null : (said[line.answers - 1] ?? null)
    const place = { conversation_id: id, number: at + 1, reply_to_id }
    const key = await write(stage, { line, place, time })
    said.push(key)
    rows += 1 + (await decorate(stage, { line, key, conversation_id: id, time }))
  }
  return rows
}

interface Writing {
  readonly line: Line
  readonly place: {
    readonly conversation_id: string
    readonly number: number
    readonly reply_to_id: string | null
  }
  readonly time: number
}

/** @returns the key of the message */
async function write(stage: Stage, { line, place, time }: Writing): Promise<string> {
  const { stores, transaction, photos } = stage
  const photo = photos.get(line)
  const created_at = new Date(time).toISOString()
  const later = new Date(time + PAUSE_MS / 4).toISOString()
  const { key } = await stores.store('message').create(
    {
      ...place,
      text: line.text,
      author_id: keyIn(stage, line.by),
      attachment_ids: photo === undefined ? [] : [photo.id],
      edited_at: line.was === undefined ? null : later,
      deleted_at: line.isDeleted === true ? later : null,
      created_at,
      updated_at: line.was === undefined && line.isDeleted !== true ? created_at : later,
    },
    { transaction },
  )
  return key
}

interface Decoration {
  readonly line: Line
  readonly key: string
  readonly conversation_id: string
  readonly time: number
}

async function decorate(
  stage: Stage,
  { line, key: message_id, conversation_id, time }: Decoration,
): Promise<number> {
  const { stores, transaction, photos } = stage
  const options = { transaction }
  let rows = 0
  const photo = photos.get(line)
  if (photo !== undefined && line.photo !== undefined) {
    const owner_id = keyIn(stage, line.by)
    const place = { message_id, conversation_id, owner_id, name: line.photo.name }
    await stores.store('attachment').create({ ...photo, ...place, purpose: 'message' }, options)
    rows += 1
  }
  if (line.was !== undefined) {
    const created_at = new Date(time).toISOString()
    const version = { message_id, text: line.was, created_at }
    await stores.store('message_version').create(version, options)
    rows += 1
  }
  for (const [emoji, names] of Object.entries(line.reactions ?? {})) {
    for (const name of names) {
      const item = { message_id, user_id: keyIn(stage, name), emoji, conversation_id }
      await stores.store('message_reaction').create(item, options)
      rows += 1
    }
  }
  return rows
}
