/** People and rows for the table of rights: somebody of each role, and each kind of row. */
import { randomUUIDv7 } from 'node:crypto'
import type { Test } from 'tap'
import { all } from '../../app/resources/all.ts'
import { createSecurityLog } from '../../app/security-log.ts'
import { allStoreFactories } from '../../app/stores/all.ts'
import { ANONYMOUS } from '../../framework/security/authorization.ts'
import { callerStores } from '../../framework/store/caller-stores.ts'
import type { PlainStore } from '../../framework/index.ts'
import { ADMIN_KEY, openTestMessenger, type Person, type TestMessenger } from './messenger.ts'
import type { CreateCase, Role, RowCase, Rules } from './rights.ts'
import { callerOf } from './stores.ts'

/** A messenger, and who is what in it. */
export interface RightsWorld {
  readonly messenger: TestMessenger
  readonly roles: readonly Role[]
  readonly rules: Rules
  readonly cases: { readonly rows: readonly RowCase[]; readonly creates: readonly CreateCase[] }
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
    roleOf('owner', people.owner),
    { name: 'admin', caller: callerOf(ADMIN_KEY, 'admin'), token: admin },
  ]
  return { messenger, roles, rules: rulesOf(messenger), cases: makeCases(messenger, people) }
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
  const [owner, member, former, stranger] = [
    await signUp('owner'),
    await signUp('member'),
    await signUp('former'),
    await signUp('stranger'),
  ]
  const others = [await signUp('pat'), await signUp('quinn')] as const
  const made = await post('conversation', owner, { item: { title: 'Garden' } })
  const { join_code } = made.item
  for (const one of [member, former]) await post('conversation-join', one, { join_code })
  const dialogue = await post('direct-conversation', others[0], { user_id: others[1].key })
  const left = { conversation_id: made.key }
  await call('POST /actions/conversation-leave', { as: former.token, json: left })
  return { owner, member, former, stranger, others, group: made.key, dialogue: dialogue.key }
}

interface Result {
  readonly key: string
  readonly item: Item
}

/** Makes rows of each kind by the stores without a caller. */
function rowMakers({ stores }: TestMessenger) {
  let number = 1000
  let users = 0
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
    user: async () => {
      const username = `somebody${String(++users)}`
      return (await stores.store('user').create({ username, password_digest: 'x' })).key
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
  ): readonly RowCase[] =>
    Object.entries(rows).map(([name, maker]) => ({ resource, name, make: maker, change }))
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
  ]
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
  return { rows, creates }
}
