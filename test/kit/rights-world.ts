/** People and rows for the table of rights: somebody of each role, and each kind of row. */
import { randomUUIDv7 } from 'node:crypto'
import type { Test } from 'tap'
import { all } from '../../app/resources/all.ts'
import { VISIBILITIES } from '../../app/resources/user.ts'
import { createSecurityLog } from '../../app/security-log.ts'
import { allStoreFactories } from '../../app/stores/all.ts'
import { ANONYMOUS } from '../../framework/security/authorization.ts'
import { callerStores } from '../../framework/store/caller-stores.ts'
import type { CreateInput, PlainStore } from '../../framework/index.ts'
import { ADMIN_KEY, openTestMessenger, type Person, type TestMessenger } from './messenger.ts'
import {
  ROW_OPERATIONS,
  type Cases,
  type CreateCase,
  type PartCase,
  type Role,
  type RowCase,
  type RowOperation,
  type Rules,
} from './rights.ts'
import { callerOf } from './stores.ts'

/** A messenger, and who is what in it. */
export interface RightsWorld {
  readonly messenger: TestMessenger
  readonly roles: readonly Role[]
  readonly rules: Rules
  readonly cases: Cases
  /** The key of a message in the public room that answers another, wherever that is. */
  readonly answerTo: (message: string) => Promise<string>
}

type Item = Readonly<Record<string, unknown>>

/** Opens it; closed when the test ends. */
export async function openRightsWorld(t: Test): Promise<RightsWorld> {
  const messenger = await openTestMessenger(t)
  const people = await makePeople(messenger)
  const admin = (await messenger.login('admin')).access_token
  const nobody: Role = { name: 'nobody', caller: ANONYMOUS, token: undefined }
  const roleOf = (name: string, { key, token }: Person): Role => ({
    name,
    caller: callerOf(key),
    token,
  })
  const roles = [
    nobody,
    roleOf('stranger', people.stranger),
    roleOf('former member', people.former),
    roleOf('member', people.member),
    roleOf('friend', people.friend),
    roleOf('blocked', people.blocked),
    roleOf('owner', people.owner),
    { name: 'admin', caller: callerOf(ADMIN_KEY, 'admin'), token: admin },
  ]
  const messages = messenger.stores.store('message')
  const answerTo = async (reply_to_id: string): Promise<string> =>
    (await messages.create({ text: 'I know', author_id: people.owner.key, reply_to_id })).key
  const cases = makeCases(messenger, people)
  return { messenger, roles, rules: rulesOf(messenger), cases, answerTo }
}

function rulesOf({ stores }: TestMessenger): Rules {
  const plain = (resource: string): PlainStore => stores.store(resource as 'user')
  const log = createSecurityLog({
    events: stores.store('security_event'),
    sessions: stores.store('session'),
  })
  const factories = allStoreFactories({ stores, log, now: Date.now })
  const peersOf = callerStores({ registry: all, factories, plain })
  return {
    plain,
    access(resource, caller) {
      const store = peersOf(caller).store(resource)
      if (store === undefined) throw new TypeError(`Nobody reaches ${resource}.`)
      return store.access
    },
  }
}

/** Everybody but strangers has to do with the owner, who has a group. */
interface People {
  readonly owner: Person
  readonly member: Person
  readonly former: Person
  readonly stranger: Person
  readonly friend: Person
  readonly blocked: Person
  /** Two others, who write to each other. */
  readonly others: readonly [Person, Person]
  /** The conversation of the owner. */
  readonly group: string
  /** The conversation of the two others. */
  readonly dialogue: string
}

async function makePeople(messenger: TestMessenger): Promise<People> {
  const { call, signUp } = messenger
  const post = async (path: string, { token: as }: Person, json: object): Promise<Result> =>
    (await call(`POST /actions/${path}`, { as, json })).json<Result>()
  const [owner, member, former] = [
    await signUp('owner'),
    await signUp('member'),
    await signUp('former'),
  ]
  const [stranger, friend, blocked] = [
    await signUp('stranger'),
    await signUp('friend'),
    await signUp('blocked'),
  ]
  await post('friend-request', friend, { user_id: owner.key })
  await post('friend-accept', owner, { user_id: friend.key })
  await post('person-block', owner, { user_id: blocked.key })
  const others = [await signUp('pat'), await signUp('quinn')] as const
  const made = await post('conversation', owner, { item: { title: 'Garden' } })
  const { join_code } = made.item
  for (const one of [member, former]) await post('conversation-join', one, { join_code })
  const dialogue = await post('direct-conversation', others[0], { user_id: others[1].key })
  const left = { conversation_id: made.key }
  await call('POST /actions/conversation-leave', { as: former.token, json: left })
  const people = { owner, member, former, stranger, friend, blocked, others }
  return { ...people, group: made.key, dialogue: dialogue.key }
}

interface Result {
  readonly key: string
  readonly item: Item
}

type Profile = Partial<CreateInput<(typeof all)['resources']['user']>>

const IMAGE = Object.freeze({
  state: 'ready',
  kind: 'image',
  name: 'lamp.jpg',
  media_type: 'image/jpeg',
  byte_count: 1000,
})

/** Makes rows of each kind by the stores without a caller. */
function rowMakers({ stores }: TestMessenger) {
  let number = 1000
  let users = 0
  const messages = stores.store('message')
  const user = async (profile: Profile = {}): Promise<string> => {
    const username = `somebody${String(++users)}`
    return (await stores.store('user').create({ username, password_digest: 'x', ...profile })).key
  }
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
    sessionOf: (user: Person) => async () => {
      const digest = String(++number).padStart(43, '0')
      const row = { id: randomUUIDv7(), user_id: user.key, device: 'Firefox', address: 'unknown' }
      const kept = { family_digest: digest, refresh_digest: digest }
      const expires_at = '2999-01-01T00:00:00.000Z'
      return (await stores.store('session').create({ ...row, ...kept, expires_at })).key
    },
    securityEvent: async () => {
      const event = { kind: 'login', address: 'unknown', actor_id: null, subject_id: null } as const
      return (await stores.store('security_event').create({ ...event, detail: null })).key
    },
    user,
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
    notificationOf: (user: Person) => async () => {
      const row = { user_id: user.key, kind: 'invitation' } as const
      return (await stores.store('notification').create(row)).key
    },
    exportOf: (user: Person) => async () => {
      const expires_at = '2999-01-01T00:00:00.000Z'
      const row = { user_id: user.key, state: 'ready', byte_count: 1, expires_at } as const
      return (await stores.store('data_export').create(row)).key
    },
    attachmentOf: (owner: Person, messageOf?: () => Promise<string>) => async () => {
      const message_id = (await messageOf?.()) ?? null
      const about = { owner_id: owner.key, purpose: 'message', message_id } as const
      return (await stores.store('attachment').create({ ...IMAGE, ...about })).key
    },
    avatarOf: (userOf: () => Promise<string>) => async () => {
      const owner_id = await userOf()
      const about = { owner_id, purpose: 'avatar' } as const
      const { key } = await stores.store('attachment').create({ ...IMAGE, ...about })
      await stores.store('user').update(owner_id, { avatar_id: key })
      return key
    },
    /** A membership that is there; a new one is as it. */
    memberOf:
      (conversation: string, { key }: Person) =>
      () =>
        Promise.resolve(Buffer.from(JSON.stringify([conversation, key])).toString('base64url')),
  }
}

function makeCases(messenger: TestMessenger, people: People): RightsWorld['cases'] {
  const { owner, member, former, others, group, dialogue } = people
  const make = rowMakers(messenger)
  const [pat] = others
  const fixed = (key: string) => () => Promise.resolve(key)
  const rowsOf = (
    resource: string,
    change: Item,
    rows: Readonly<Record<string, () => Promise<string>>>,
    operations: readonly RowOperation[] = ROW_OPERATIONS,
  ): readonly RowCase[] =>
    Object.entries(rows).map(([name, maker]) => ({
      resource,
      name,
      make: maker,
      change,
      operations,
    }))
  const text = { text: 'Hello again' }
  const rows = [
    ...rowsOf('message', text, {
      'of the owner, in the public room': make.messageOf(owner, null),
      'of the owner, in the group': make.messageOf(owner, group),
      'of the member, in the group': make.messageOf(member, group),
      'of the former member, in the group': make.messageOf(former, group),
      'in a dialogue of others': make.messageOf(pat, dialogue),
    }),
    ...rowsOf('message_version', text, {
      'of a message of the owner, in the public room': make.versionOf(owner, null),
      'of a message of the owner, in the group': make.versionOf(owner, group),
      'of a message of the former member, in the group': make.versionOf(former, group),
    }),
    ...rowsOf(
      'message_reaction',
      {},
      {
        'of the member, in the public room': make.reactionOf(member, owner, null),
        'of the member, in the group': make.reactionOf(member, owner, group),
        'of the former member, in the group': make.reactionOf(former, owner, group),
        'in a dialogue of others': make.reactionOf(pat, pat, dialogue),
      },
    ),
    ...rowsOf(
      'conversation',
      { title: 'Cellar' },
      {
        'the group of the owner': fixed(group),
        'a dialogue of others': fixed(dialogue),
      },
    ),
    ...rowsOf(
      'conversation_member',
      { muted: true },
      {
        'the owner, in the group': make.memberOf(group, owner),
        'the member, in the group': make.memberOf(group, member),
        'somebody, in a dialogue of others': make.memberOf(dialogue, pat),
      },
    ),
    ...rowsOf('user', { full_name: 'Anybody' }, { 'somebody else': make.user }),
    {
      resource: 'user',
      name: 'the owner',
      make: fixed(owner.key),
      change: { full_name: 'Anybody' },
      // Nobody is deleted who has written something.
      operations: ['read', 'update'] as const,
    },
    ...rowsOf('session', {}, { 'of the owner': make.sessionOf(owner) }),
    ...rowsOf('security_event', {}, { 'of anybody': make.securityEvent }),
    ...rowsOf(
      'friendship',
      {},
      {
        'of the owner': make.friendshipOf((other_id) => ({ user_id: owner.key, other_id })),
        'of another, with the owner': make.friendshipOf((user_id) => ({
          user_id,
          other_id: owner.key,
        })),
      },
    ),
    ...rowsOf(
      'availability',
      {},
      {
        'shown to everyone': make.userWith({}, people),
        'shown to friends': make.userWith({ presence_visibility: 'friends' }, people),
        'shown to nobody': make.userWith({ presence_visibility: 'nobody' }, people),
      },
    ),
    ...rowsOf('data_export', {}, { 'of the owner': make.exportOf(owner) }),
    ...rowsOf('notification', { is_read: true }, { 'of the owner': make.notificationOf(owner) }),
    ...rowsOf(
      'attachment',
      { name: 'chair.jpg' },
      {
        'of the owner, attached to nothing': make.attachmentOf(owner),
        'of a message of the owner, in the public room': make.attachmentOf(
          owner,
          make.messageOf(owner, null),
        ),
        'of a message of the owner, in the group': make.attachmentOf(
          owner,
          make.messageOf(owner, group),
        ),
        'of a message of the former member, in the group': make.attachmentOf(
          former,
          make.messageOf(former, group),
        ),
        'in a dialogue of others': make.attachmentOf(pat, make.messageOf(pat, dialogue)),
        'an avatar for everyone': make.avatarOf(make.userWith({}, people)),
        'an avatar for friends': make.avatarOf(
          make.userWith({ avatar_visibility: 'friends' }, people),
        ),
        'an avatar for nobody': make.avatarOf(
          make.userWith({ avatar_visibility: 'nobody' }, people),
        ),
      },
      // Nothing of it is updated by anybody; its change is for an event to tell of.
      ['read', 'delete'],
    ),
  ]
  const parts = (['full_name', 'about'] as const).flatMap((attribute) =>
    VISIBILITIES.map((visibility): PartCase => {
      const profile = { [attribute]: 'A canary', [`${attribute}_visibility`]: visibility }
      const name = `for ${visibility}`
      return { resource: 'user', name, attribute, make: make.userWith(profile, people) }
    }),
  )
  const createsOf = (
    resource: string,
    items: Readonly<Record<string, CreateCase['item']>>,
  ): readonly CreateCase[] =>
    Object.entries(items).map(([name, item]) => ({ resource, name, item }))
  const creates = [
    ...createsOf('message', {
      'in the public room': () => Promise.resolve({ text: 'Hello' }),
      'in the group': () => Promise.resolve({ text: 'Hello', conversation_id: group }),
    }),
    ...createsOf('message_reaction', {
      'to a message in the public room': async () => ({
        message_id: await make.messageOf(owner, null)(),
        emoji: '👍',
      }),
      'to a message in the group': async () => ({
        message_id: await make.messageOf(owner, group)(),
        emoji: '👍',
      }),
    }),
    {
      resource: 'conversation',
      name: 'a group',
      item: () => Promise.resolve({ title: 'Attic' }),
      sets: { kind: 'group', last_message_at: '2026-01-01T00:00:00.000Z' },
    },
  ]
  return { rows, creates, parts }
}
