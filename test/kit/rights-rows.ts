/** Makes rows for the table of rights, by the stores without a caller. */
import { randomUUIDv7 } from 'node:crypto'
import type { all } from '../../app/resources/all.ts'
import type { CreateInput } from '../../framework/index.ts'
import type { Person, TestMessenger } from './messenger.ts'
import type { People } from './rights-people.ts'

/** What there may be of a user. */
export type Profile = Partial<CreateInput<(typeof all)['resources']['user']>> & {
  readonly email_address?: string
  readonly confirmed_address?: string
}

/** Makes a row, and gives its key. */
export type Maker = () => Promise<string>

const IMAGE = Object.freeze({
  state: 'ready',
  kind: 'image',
  name: 'lamp.jpg',
  media_type: 'image/jpeg',
  byte_count: 1000,
})

/** Makes rows of each kind. */
export type RowMakers = ReturnType<typeof rowMakers>

/** The makers of one messenger. */
export function rowMakers(messenger: TestMessenger) {
  return { ...messageMakers(messenger), ...userMakers(messenger), ...accountMakers(messenger) }
}

/** Makes what people write, and what hangs on it. No conversation: in the public room. */
function messageMakers({ stores }: TestMessenger) {
  let number = 1000
  const messages = stores.store('message')
  const messageOf = (author: Person, conversation_id: string | null) => async () => {
    const numbered = conversation_id === null ? {} : { number: ++number }
    const row = { text: 'Hello', author_id: author.key, conversation_id, ...numbered }
    return (await messages.create(row)).key
  }
  return {
    messageOf,
    reactionOf: (user: Person, author: Person, conversation_id: string | null) => async () => {
      const message_id = await messageOf(author, conversation_id)()
      const row = { message_id, user_id: user.key, emoji: '👍', conversation_id }
      return (await stores.store('message_reaction').create(row)).key
    },
    versionOf: (author: Person, conversation_id: string | null) => async () => {
      const message_id = await messageOf(author, conversation_id)()
      const row = { message_id, text: 'Hello before' }
      return (await stores.store('message_version').create(row)).key
    },
    attachmentOf: (owner: Pick<Person, 'key'>, messageOf?: Maker) => async () => {
      const message_id = (await messageOf?.()) ?? null
      const about = { owner_id: owner.key, purpose: 'message', message_id } as const
      return (await stores.store('attachment').create({ ...IMAGE, ...about })).key
    },
    /** A membership that is there; a new one is as it. */
    memberOf:
      (conversation: string, { key }: Person) =>
      () =>
        Promise.resolve(Buffer.from(JSON.stringify([conversation, key])).toString('base64url')),
  }
}

/** Makes users, and what they are to others. */
function userMakers({ stores }: TestMessenger) {
  let count = 0
  const users = stores.store('user')
  const user = async (profile: Profile = {}): Promise<string> => {
    const username = `somebody${String(++count)}`
    return (await users.create({ username, password_digest: 'x', ...profile })).key
  }
  async function shown(userOf: Maker) {
    const user_id = await userOf()
    const about = { owner_id: user_id, purpose: 'avatar' } as const
    const { key: avatar_id } = await stores.store('attachment').create({ ...IMAGE, ...about })
    await users.update(user_id, { avatar_id })
    return { user_id, avatar_id }
  }
  return {
    user,
    /** Somebody who is there, as this from now on. */
    userAs: (key: string, profile: Profile) => async () => (await users.update(key, profile)).key,
    /** Somebody whom the friend is a friend of, and who has blocked the blocked. */
    userWith:
      (profile: Profile, { friend, blocked }: People) =>
      async () => {
        const user_id = await user(profile)
        const friendships = stores.store('friendship')
        const pairs = [
          { user_id, other_id: friend.key, state: 'friends' },
          { user_id: friend.key, other_id: user_id, state: 'friends' },
          { user_id, other_id: blocked.key, state: 'blocked' },
        ] as const
        for (const pair of pairs) await friendships.create(pair)
        await stores.store('availability').create({ user_id })
        return user_id
      },
    friendshipOf: (make: (other: string) => { user_id: string; other_id: string }) => async () => {
      const row = { ...make(await user()), state: 'friends' } as const
      return (await stores.store('friendship').create(row)).key
    },
    avatarOf: (userOf: Maker) => async () => (await shown(userOf)).avatar_id,
    /** That user, with an avatar. */
    shownUser: (userOf: Maker) => async () => (await shown(userOf)).user_id,
  }
}

/** Makes what is for one person to know, or for admins. */
function accountMakers({ stores }: TestMessenger) {
  let sessions = 0
  const expires_at = '2999-01-01T00:00:00.000Z'
  return {
    sessionOf: (user: Person) => async () => {
      const digest = String(++sessions).padStart(43, '0')
      const row = { id: randomUUIDv7(), user_id: user.key, device: 'Firefox', address: 'unknown' }
      const kept = { family_digest: digest, refresh_digest: digest }
      return (await stores.store('session').create({ ...row, ...kept, expires_at })).key
    },
    securityEvent: async () => {
      const event = { kind: 'login', address: 'unknown', actor_id: null, subject_id: null } as const
      return (await stores.store('security_event').create({ ...event, detail: null })).key
    },
    notificationOf: (user: Person) => async () => {
      const row = { user_id: user.key, kind: 'invitation' } as const
      return (await stores.store('notification').create(row)).key
    },
    exportOf: (user: Person) => async () => {
      const row = { user_id: user.key, state: 'ready', byte_count: 1, expires_at } as const
      return (await stores.store('data_export').create(row)).key
    },
  }
}
