/**
 * PROMISES P4: two databases that differ only in what the caller may not read answer the same requests byte for byte. Here they
 * differ in the e-mail addresses of others, in their passwords, and in what their sessions hold, and in
 * what they write to each other.
 */
import type { LightMyRequestResponse } from 'fastify'
import t, { type Test } from 'tap'
import { readConfig } from '../app/config.ts'
import { openMessenger, type Messenger } from '../app/messenger.ts'
import { all } from '../app/resources/all.ts'
import { generateTokenKey } from '../framework/index.ts'
import type { OpenApiDocument } from '../framework/http/openapi.ts'
import { openStoresOn } from '../framework/postgres/open-stores.ts'
import { openTestDatabase } from './kit/database.ts'
import { documentedOperations } from './kit/documented-operations.ts'
import { numberedId, START } from './kit/stores.ts'

/** What differs. */
interface Secrets {
  readonly bob: string | null
  readonly carol: string | null
  /** What bob shows to nobody, or to friends. */
  readonly profile: Readonly<Record<string, string | null>>
  readonly password: string
  /** What bob and carol log in with. */
  readonly userAgent: string
  /** What bob and carol write to each other, how often, and how they like it. */
  readonly talk: {
    readonly title: string
    readonly texts: readonly string[]
    readonly emoji: string
  }
}

const ONE: Secrets = {
  bob: 'bob@one.example',
  carol: null,
  profile: {
    full_name: 'Bob Example',
    about: 'I like lamps.',
    full_name_visibility: 'nobody',
    about_visibility: 'friends',
    email_address_visibility: 'nobody',
  },
  password: 'a quiet green lamp',
  userAgent: 'curl/8',
  talk: { title: 'Garden', texts: ['zoe is here', 'hush'], emoji: '👍' },
}
const OTHER: Secrets = {
  bob: 'zoe@other.example',
  carol: 'c@x.org',
  profile: {
    full_name: null,
    about: 'zoe was here',
    full_name_visibility: 'friends',
    about_visibility: 'nobody',
    email_address_visibility: 'friends',
  },
  password: 'no loud red chair',
  userAgent: 'wget/1',
  talk: { title: 'Attic', texts: ['m', 'n', 'o'], emoji: '🎉' },
}

/** The same in both worlds. */
const tokenKeys = generateTokenKey()
/** Of Ann. */
const PASSWORD = 'a quiet green lamp'

interface Sent {
  readonly line: string
  readonly json?: unknown
  readonly headers?: Readonly<Record<string, string>>
  /** Ann, or nobody. */
  readonly isAnn: boolean
}

interface World {
  readonly document: OpenApiDocument
  /** Versions of rows that were answered, in the order in which they first were. */
  readonly versions: string[]
  readonly ask: (sent: Sent) => Promise<LightMyRequestResponse>
}

/**
 * Times are the same in both worlds, and so are ids: each resource counts its own, since jobs, which make rows that no caller reads,
 * take ids when they please.
 */
const FIRST_IDS: Readonly<Record<string, number>> = {
  user: 1,
  message: 101,
  security_event: 201,
  conversation: 401,
  message_version: 501,
}
const FIRST_SESSION = 301
/** Of what jobs make. */
const FIRST_OTHER = 1001
const ANN = numberedId(1)
const BOB = numberedId(2)
const MESSAGE_OF_BOB = numberedId(102)
const SESSION_OF_BOB = numberedId(302)
/** Of bob and carol, and what is first in it. */
const CONVERSATION = numberedId(401)
const HIDDEN_MESSAGE = numberedId(104)
const HIDDEN_VERSION = numberedId(501)
const NOBODY = numberedId(999)

const keyText = (...values: readonly string[]): string =>
  Buffer.from(JSON.stringify(values)).toString('base64url')

async function openWorld(t: Test, secrets: Secrets): Promise<World> {
  const made = new Map<string, number>()
  const nextId = (resource: string, first: number): string => {
    const next = made.get(resource) ?? first
    made.set(resource, next + 1)
    return numberedId(next)
  }
  const stores = await openStoresOn(await openTestDatabase(t), {
    registry: all,
    onError: (error) => void t.error(error),
    now: () => START,
    newId: (resource) => {
      const first = FIRST_IDS[resource]
      return first === undefined ? nextId('other', FIRST_OTHER) : nextId(resource, first)
    },
  })
  const config = { ...readConfig({}), tokenKeys, logLevel: 'silent' as const }
  const newId = (): string => nextId('session', FIRST_SESSION)
  const { http, close } = await openMessenger(config, { stores, now: () => START, newId })
  t.teardown(close)
  const post = async (
    url: string,
    payload: object,
    headers: Readonly<Record<string, string>> = {},
  ): Promise<Record<string, string>> => {
    return (await http.inject({ method: 'POST', url, payload, headers })).json()
  }
  const tokens: string[] = []
  for (const [username, email_address, password] of [
    ['ann', 'ann@example.org', PASSWORD],
    ['bob', secrets.bob, secrets.password],
    ['carol', secrets.carol, secrets.password],
  ] as const) {
    const mail = email_address === null ? {} : { email_address }
    await post('/actions/sign-up', { username, password, ...mail })
    const { access_token = '' } = await post(
      '/actions/login',
      { username, password },
      { 'user-agent': username === 'ann' ? 'ann' : secrets.userAgent },
    )
    const written = await post(
      '/actions/message',
      { item: { text: `Hello from ${username}` } },
      { authorization: `Bearer ${access_token}` },
    )
    tokens.push(access_token)
    if (username !== 'bob') continue
    t.equal(written['key'], MESSAGE_OF_BOB)
    const edited = await http.inject({
      method: 'PATCH',
      url: `/actions/user/${BOB}`,
      headers: { authorization: `Bearer ${access_token}` },
      payload: { item: secrets.profile },
    })
    t.equal(edited.statusCode, 200)
  }
  await talk(t, http, { tokens, secrets })
  const authorization = `Bearer ${tokens[0] ?? ''}`
  return {
    document: (await http.inject('/openapi.json')).json(),
    versions: [],
    ask({ line, json, headers, isAnn }) {
      const [method, url = '/'] = line.split(' ')
      return http.inject({
        method: method as 'GET', // or another one that inject knows
        url,
        headers: { ...headers, ...(isAnn ? { authorization } : {}) },
        ...(json === undefined ? {} : { payload: json as object }),
      })
    },
  }
}

interface Talkers {
  /** Of ann, bob and carol. */
  readonly tokens: readonly string[]
  readonly secrets: Secrets
}

/** Bob and carol have a conversation. */
async function talk(
  t: Test,
  http: Messenger['http'],
  { tokens: [, bob = '', carol = ''], secrets: { talk: said } }: Talkers,
): Promise<void> {
  const post = async (
    as: string,
    url: string,
    payload: object,
    method: 'POST' | 'PATCH' = 'POST',
  ) => {
    const headers = { authorization: `Bearer ${as}` }
    const answer = await http.inject({ method, url, headers, payload })
    t.ok(answer.statusCode < 300, `${url} ${answer.body}`)
    return answer.json<{ key: string; item: Readonly<Record<string, string>> }>()
  }
  const { item } = await post(bob, '/actions/conversation', { item: { title: said.title } })
  t.equal(item['id'], CONVERSATION)
  await post(carol, '/actions/conversation-join', { join_code: item['join_code'] })
  for (const text of said.texts) {
    const written = { text, conversation_id: CONVERSATION }
    const { key } = await post(bob, '/actions/message', { item: written })
    if (key !== HIDDEN_MESSAGE) continue
    await post(carol, '/actions/message-reaction', { item: { message_id: key, emoji: said.emoji } })
    const edited = { item: { text: `${text}!` } }
    await post(bob, `/actions/message/${key}`, edited, 'PATCH')
  }
}

/** Values that tell the worlds apart where something leaks, and some that don't. */
const VALUES = ['bob@one.example', 'zoe', 'm', '$argon2id', 'true', BOB]

/** What holds hidden rows is asked for by each value; counts, lists of links and the others ask alike, and one value shows that. */
const ASKED_MOST =
  /^\/actions\/(user|session|message|message-version|message-reaction|conversation|conversation-member)-search$/

function valuesFor(path: string): readonly string[] {
  return ASKED_MOST.test(path) ? VALUES : VALUES.slice(1, 2)
}

const SECRET_FILTERS: readonly object[] = [
  ...['bob@one.example', 'zoe@other.example', 'm'].flatMap((value) =>
    ['eq', 'ne', 'lt', 'lte', 'gt', 'gte', 'contains', 'startswith', 'endswith'].map(
      (operator) => ({
        email_address: { [operator]: value },
      }),
    ),
  ),
  ...['Bob Example', 'lamps', 'zoe'].flatMap((value) =>
    ['full_name', 'about'].flatMap((name) =>
      ['eq', 'ne', 'lt', 'gte', 'contains'].map((operator) => ({ [name]: { [operator]: value } })),
    ),
  ),
  { full_name: { exists: true } },
  { full_name: { not_exists: true } },
  { about: { oneof: ['I like lamps.', 'zoe was here'] } },
  ...['full_name_visibility', 'about_visibility', 'email_address_visibility'].flatMap((name) => [
    { [name]: { eq: 'nobody' } },
    { [name]: { ne: 'friends' } },
  ]),
  { query: 'lamps' },
  { query: 'nobody' },
  { email_address: { exists: true } },
  { email_address: { exists: false } },
  { email_address: { not_exists: true } },
  { email_address: { oneof: ['bob@one.example', 'c@x.org'] } },
  { password_digest: { startswith: '$' } },
  { query: 'example' },
  { query: 'zoe' },
]

function around(filter: object): readonly object[] {
  const linked = { authored_messages: { author: filter } }
  const own = { username: { eq: 'ann' } }
  const plain = [
    filter,
    { not: filter },
    { not: { not: filter } },
    { or: [filter, own] },
    { and: [{ not: filter }, own] },
  ]
  return [...plain, linked, { not: linked }, { or: [own, { not: linked }] }]
}

function keyFor(path: string): string {
  if (path.startsWith('/actions/user')) return BOB
  if (path.startsWith('/actions/conversation-member')) return keyText(CONVERSATION, BOB)
  if (path.startsWith('/actions/conversation')) return CONVERSATION
  if (path.startsWith('/actions/message-version')) return HIDDEN_VERSION
  if (path.startsWith('/actions/message-reaction')) return keyText(HIDDEN_MESSAGE, BOB, '👍')
  return path.startsWith('/actions/session') ? SESSION_OF_BOB : MESSAGE_OF_BOB
}

function* requests(document: OpenApiDocument): Generator<Omit<Sent, 'isAnn'>> {
  for (const { method, path, parameters } of documentedOperations(document)) {
    if (method !== 'GET' || path.startsWith('/health') || path.startsWith('/ready')) continue
    for (const key of path.includes('{key}') ? [keyFor(path), NOBODY] : ['']) {
      const line = `GET ${path.replace('{key}', key)}`
      yield { line }
      yield { line, headers: { 'if-none-match': '*' } }
      if (key === NOBODY) continue
      for (const name of parameters.filter((one) => one !== 'filter')) {
        for (const value of valuesFor(path))
          yield { line: `${line}?${name}=${encodeURIComponent(value)}` }
      }
      for (const order of [
        'email_address',
        '-email_address',
        'full_name',
        'about',
        'about_visibility',
        'password_digest',
        '-created_at',
        'username,-email_address',
      ])
        yield { line: `${line}?search_order=${order}&limit=1` }
      for (const include of [
        'author',
        'authored_messages',
        'authored_messages.author',
        'author.authored_message_count',
      ])
        yield { line: `${line}?include=${include}` }
    }
  }
  for (const filter of SECRET_FILTERS.flatMap(around)) {
    const text = encodeURIComponent(JSON.stringify(filter))
    const ofAuthor = encodeURIComponent(JSON.stringify({ author: filter }))
    for (const operation of ['search', 'count']) {
      yield { line: `GET /actions/user-${operation}?filter=${text}` }
      yield { line: `GET /actions/message-${operation}?filter=${ofAuthor}` }
    }
    yield {
      line: `PATCH /actions/user/${BOB}`,
      json: { item: { full_name: 'x' }, precondition: filter },
    }
    yield {
      line: `PATCH /actions/user/${ANN}`,
      json: { item: { full_name: 'Ann' }, precondition: filter },
    }
    const edits = [
      { update_item: { id: BOB, full_name: 'x' }, precondition: filter },
      { delete_key: BOB, precondition: filter },
    ]
    yield { line: 'PATCH /actions/user-batch', json: { edits } }
  }
  yield* hiddenTalk()
  yield { line: 'POST /actions/login', json: { username: 'bob', password: 'something else' } }
  for (const email_address of ['bob@one.example', 'zoe@other.example'])
    yield {
      line: 'POST /actions/change-email-address',
      json: { password: PASSWORD, email_address },
    }
}

/** Whatever may touch the conversation of others. */
function* hiddenTalk(): Generator<Omit<Sent, 'isAnn'>> {
  for (const link of ['', '/author', '/conversation', '/versions', '/reactions', '/reply-to']) {
    yield { line: `GET /actions/message/${HIDDEN_MESSAGE}${link}` }
  }
  const filters = [
    { conversation_id: { eq: CONVERSATION } },
    { text: { contains: 'm' } },
    { number: { gt: 2 } },
    { conversation: { title: { eq: 'Garden' } } },
    { conversation: { message_count: { gt: 2 } } },
    { reactions: { emoji: { eq: '👍' } } },
    { versions: { text: { contains: 'zoe' } } },
    { reply_to: { number: { exists: true } } },
  ].flatMap((filter) => [filter, { not: filter }])
  for (const filter of filters) {
    const text = encodeURIComponent(JSON.stringify(filter))
    yield { line: `GET /actions/message-search?filter=${text}` }
    yield { line: `GET /actions/message-count?filter=${text}` }
    const ofUser = encodeURIComponent(JSON.stringify({ authored_messages: filter }))
    yield { line: `GET /actions/user-count?filter=${ofUser}` }
  }
  const [conversation_id, user_id] = [CONVERSATION, BOB]
  const acts: Readonly<Record<string, object>> = {
    'conversation-join': { join_code: 'x'.repeat(22) },
    'conversation-invite': { conversation_id, username: 'ann' },
    'conversation-leave': { conversation_id },
    'conversation-remove-member': { conversation_id, user_id },
    'conversation-renew-code': { conversation_id },
    'conversation-mark-read': { conversation_id, number: 1 },
    'unread-counts': {},
    'search-messages': { query: 'zoe' },
    message: { item: { text: 'x', conversation_id } },
    'message-reaction': { item: { message_id: HIDDEN_MESSAGE, emoji: '👍' } },
  }
  for (const [name, json] of Object.entries(acts)) yield { line: `POST /actions/${name}`, json }
  const reply = { text: 'x', reply_to_id: HIDDEN_MESSAGE }
  yield { line: 'POST /actions/message', json: { item: reply } }
  for (const key of [HIDDEN_MESSAGE, NOBODY]) {
    yield { line: `PATCH /actions/message/${key}`, json: { item: { text: 'x' } } }
    yield { line: `DELETE /actions/message/${key}` }
  }
}

/**
 * An answer without what is made up for each: the date, and the seal of a page key; and without cursors, whose position may tell
 * that something happened (PROMISES P4). So may the version of a row in its ETag, which all rows are numbered by, those that jobs write
 * included: which answers have the same, and which another, is compared.
 */
function masked(
  { statusCode, headers, body }: LightMyRequestResponse,
  { versions }: Pick<World, 'versions'>,
): string {
  const { date: _date, 'content-length': length, ...others } = headers
  const etag = headers.etag?.replace(/(?<=^")[^-]+/, (version) => {
    if (!versions.includes(version)) versions.push(version)
    return `version ${String(versions.indexOf(version))}`
  })
  const told = body
    .replace(/("next_page_key":")[^"]+/, '$1')
    .replace(/("cursor":")[a-z0-9]+-[0-9]+"}$/, '$1')
  return JSON.stringify([
    statusCode,
    { ...others, etag },
    told.endsWith('"cursor":"') ? '' : length,
    told,
  ])
}

t.test('what a caller may not read changes no answer', async (t) => {
  const [one, other] = [await openWorld(t, ONE), await openWorld(t, OTHER)]
  t.same(one.document, other.document)
  const statuses = new Map<number, number>()
  for (const request of requests(one.document)) {
    for (const isAnn of [true, false]) {
      const [answer, same] = [
        await one.ask({ ...request, isAnn }),
        await other.ask({ ...request, isAnn }),
      ]
      statuses.set(answer.statusCode, (statuses.get(answer.statusCode) ?? 0) + 1)
      const [told, toldToo] = [masked(answer, one), masked(same, other)]
      if (told !== toldToo) t.equal(told, toldToo, JSON.stringify({ ...request, isAnn }))
    }
  }
  // Most were answered, so that there was something to tell by.
  t.ok((statuses.get(200) ?? 0) > 1000, JSON.stringify([...statuses]))
})
