/**
 * That nothing a stranger sends breaks the messenger: a corpus generated over every operation of its document. Each answer is
 * held to the document by the kit.
 */
import type { LightMyRequestResponse } from 'fastify'
import t, { type Test } from 'tap'
import { BAD_BODIES, BAD_TEXTS, BAD_VALUES, mutations, UNREADABLE_TEXTS } from './kit/bad-values.ts'
import { documentedOperations, type DocumentedOperation } from './kit/documented-operations.ts'
import { openTestMessenger } from './kit/messenger.ts'
import type { Frame, SocketClient } from './kit/socket-client.ts'

const messenger = await openTestMessenger(t)
const { call, stores, document } = messenger
const ann = await messenger.signUp('ann', { email_address: 'ann@example.org' })
const message = await messenger.write('Hello', ann.token)
const operations = documentedOperations(document)
const CALLERS = [undefined, ann.token]
const NOBODY = '01980000-0000-7000-8000-000000000000'

/** What ann may change, by the beginnings of paths; else it is her message. */
const OWN: readonly (readonly [string, string])[] = await ownThings()

async function ownThings(): Promise<readonly (readonly [string, string])[]> {
  const made = async (line: string, item: object) =>
    (await call(line, { as: ann.token, json: { item } })).json<{ key: string }>().key
  const conversation = await made('POST /actions/conversation', { title: 'Garden' })
  const reaction = await made('POST /actions/message-reaction', {
    message_id: message,
    emoji: '👍',
  })
  await made(`PATCH /actions/message/${message}`, { text: 'Hello!' })
  const { results: versions } = await stores.store('message_version').search()
  const { results: members } = await stores.store('conversation_member').search()
  const file = await stores.store('attachment').create({
    owner_id: ann.key,
    purpose: 'message',
    state: 'ready',
    kind: 'file',
    name: 'lamp.txt',
    media_type: 'text/plain',
    byte_count: 1,
  })
  return [
    ['/actions/user', ann.key],
    ['/actions/availability', ann.key],
    ['/actions/attachment', file.key],
    ['/actions/conversation-member', members[0]?.key ?? ''],
    ['/actions/conversation', conversation],
    ['/actions/message-reaction', reaction],
    ['/actions/message-version', versions[0]?.key ?? ''],
  ]
}

function ownKeyOf({ path }: DocumentedOperation): string {
  return OWN.find(([beginning]) => path.startsWith(beginning))?.[1] ?? message
}

/** The path of an operation, about something that ann may change. */
function pathOf(operation: DocumentedOperation, key = ownKeyOf(operation)): string {
  return operation.path.replace('{key}', key)
}

/** What ann is told where only admins read; undefined elsewhere. */
function refusalOf({ path }: DocumentedOperation): number | undefined {
  return path.startsWith('/actions/security-event') ? 403 : undefined
}

function lineOf(operation: DocumentedOperation, query = ''): string {
  return `${operation.method} ${pathOf(operation)}${query}`
}

/** What is in the database, as its stores tell. */
async function everything(): Promise<string> {
  const { store } = stores
  const all = [
    store('user'),
    store('message'),
    store('session'),
    store('conversation'),
    store('conversation_member'),
    store('message_version'),
    store('message_reaction'),
    store('attachment'),
  ].map(async (one) => {
    const { results } = await one.search({ limit: 100 })
    return results.map(({ item }) => item)
  })
  return JSON.stringify(await Promise.all(all))
}

const before = await everything()
const prototype = Object.getOwnPropertyNames(Object.prototype)

async function nothingHasChanged(t: Test): Promise<void> {
  t.equal(await everything(), before, 'nothing was written')
  t.same(Object.getOwnPropertyNames(Object.prototype), prototype, 'no prototype was touched')
}

/** Of a batch the whole is refused, or each of its edits; anonymous callers are, whatever is in an edit. */
function isBatchRefused(
  { path }: DocumentedOperation,
  response: LightMyRequestResponse,
  as: string | undefined,
): boolean {
  if (!path.endsWith('-batch')) return false
  if (as === undefined) return response.statusCode === 401
  if (response.statusCode !== 200) return false
  return response.json<readonly { success: boolean }[]>().every(({ success }) => !success)
}

/**
 * A fourth of the values, another with each turn. The parameters of an operation are many and of few kinds, next to each other: each kind
 * gets all of them.
 */
function quarter<T>(values: readonly T[], turn: number): readonly T[] {
  return values.filter((_, at) => (at + turn) % 4 === 0)
}

const withBody = operations.filter(({ body }) => body !== undefined)

t.test('a body that is no JSON object is refused by every operation that takes one', async (t) => {
  for (const operation of withBody) {
    const contentType = operation.body?.contentType ?? ''
    for (const payload of BAD_BODIES) {
      for (const as of CALLERS) {
        const headers = { 'content-type': contentType }
        const response = await call(lineOf(operation), { as, payload, headers })
        const isRefused = response.statusCode === 400
        if (!isRefused) t.fail(`${lineOf(operation)} ${shown(payload)}: ${told(response)}`)
      }
    }
  }
  await nothingHasChanged(t)
})

t.test('a body that the document does not permit is refused, before 401 and 404', async (t) => {
  let count = 0
  for (const operation of withBody) {
    const { contentType = '', examples = [], isPermitted = () => true } = operation.body ?? {}
    if (contentType !== 'application/json') continue
    for (const json of examples.flatMap(mutations)) {
      if (isPermitted(json)) continue
      for (const as of CALLERS) {
        count += 1
        const line = `${operation.method} ${pathOf(operation, as === undefined ? NOBODY : undefined)}`
        const response = await call(line, { as, json })
        const isRefused = response.statusCode === 400 || isBatchRefused(operation, response, as)
        if (!isRefused) t.fail(`${line} ${shown(JSON.stringify(json))}: ${told(response)}`)
      }
    }
  }
  t.ok(count > 1000, `${String(count)} bodies`)
  await nothingHasChanged(t)
})

t.test('a parameter that is unreadable, unknown or doubled is refused', async (t) => {
  for (const operation of operations) {
    const queries = [
      '?nobody_knows=1',
      '?__proto__=1',
      '?=1',
      ...(operation.parameters.length === 0 ? ['?query=x'] : []),
      ...operation.parameters.flatMap((name) => [
        ...UNREADABLE_TEXTS.map((text) => `?${name}=${text}`),
        ...(/(__oneof|^keys)$/.test(name) ? [] : [`?${name}=1&${name}=1`]),
        `?${name}[]=1`,
        `?${name.toUpperCase()}=1`,
      ]),
    ]
    const body = operation.body?.examples[0]
    for (const query of queries) {
      const response = await call(lineOf(operation, query), {
        ...(operation.method === 'GET' ? {} : { as: ann.token }),
        ...sent(operation, body),
      })
      if (response.statusCode !== 400) t.fail(`${lineOf(operation, query)}: ${told(response)}`)
    }
  }
  await nothingHasChanged(t)
})

t.test('whatever a parameter says, the answer is one that the document tells of', async (t) => {
  for (const operation of operations.filter(({ method }) => method === 'GET')) {
    for (const [turn, name] of operation.parameters.entries()) {
      for (const text of quarter(BAD_TEXTS, turn)) {
        const response = await call(lineOf(operation, `?${name}=${text}`), { as: ann.token })
        const isFine = [200, 400, refusalOf(operation)].includes(response.statusCode)
        if (!isFine) t.fail(`${lineOf(operation, `?${name}=${text}`)}: ${told(response)}`)
      }
    }
  }
  await nothingHasChanged(t)
})

t.test('a key that is none names nothing', async (t) => {
  const keys = [...UNREADABLE_TEXTS, ...BAD_TEXTS, 'x'.repeat(5000), `${message}%20`, message.toUpperCase()]
    .filter((key) => key !== '') // prettier-ignore
  for (const operation of operations.filter(({ path }) => path.includes('{key}'))) {
    for (const key of keys) {
      const line = `${operation.method} ${pathOf(operation, key)}`
      const body = operation.body?.examples[0]
      const { statusCode } = await call(line, { as: ann.token, ...sent(operation, body) })
      if (![400, 404, 414].includes(statusCode)) t.fail(`${line}: ${String(statusCode)}`)
    }
  }
  await nothingHasChanged(t)
})

t.test('a header that is none is refused or ignored, never a defect', async (t) => {
  const headers: readonly Readonly<Record<string, string>>[] = [
    { authorization: 'Bearer x' }, { authorization: 'Basic eDp5' }, { authorization: `Bearer ${ann.token}x` }, { authorization: '' },
    { 'if-match': '"x"' }, { 'if-match': 'x' }, { 'if-match': '"9999999999999999999-x-AAAAAAAAAAA"' }, { 'if-none-match': '*' },
    { 'idempotency-key': '' }, { 'idempotency-key': 'x'.repeat(300) }, { 'content-type': 'text/plain' },
    { 'content-type': 'application/json; charset=utf-16' }, { 'content-encoding': 'gzip' }, { 'content-length': '3' },
    { accept: 'text/html' }, { 'accept-encoding': 'identity;q=0' }, { origin: 'null' }, { range: 'bytes=0-1' }, { expect: 'x' },
    { 'x-http-method-override': 'DELETE' }, { host: 'evil.example' }, { 'x-forwarded-for': '127.0.0.1' },
  ] // prettier-ignore
  for (const operation of operations) {
    for (const one of headers) {
      // The key of nobody: what is taken must change nothing.
      const line = `${operation.method} ${pathOf(operation, NOBODY)}`
      const response = await call(line, {
        payload: '{"no":1}',
        headers: { 'content-type': 'application/json', ...one },
      })
      if (response.statusCode >= 500) t.fail(`${line} ${JSON.stringify(one)}: ${told(response)}`)
    }
  }
  await nothingHasChanged(t)
})

/** Frames that a socket takes at once before they come too fast. */
const BURST = 90

/** Makes a function that calls over sockets, a new one whenever the last has taken all that it takes. */
function caller(as: string | undefined): (name: string, input: unknown) => Promise<Frame> {
  let client: SocketClient | undefined
  let count = 0
  return async (action, input) => {
    if (count++ % BURST === 0) {
      client?.socket.terminate()
      client = undefined
    }
    client ??= await messenger.connect(as)
    return client.ask({ type: 'Call', id: count, payload: { action, input } })
  }
}

t.test('an input that the document does not permit is refused over a socket too', async (t) => {
  let count = 0
  for (const as of CALLERS) {
    const ask = caller(as)
    for (const operation of withBody) {
      const { contentType = '', examples = [], isPermitted = () => true } = operation.body ?? {}
      if (contentType !== 'application/json') continue
      const key = operation.path.includes('{key}') ? { key: NOBODY } : {}
      for (const json of examples.flatMap(mutations)) {
        if (isPermitted(json) || json === undefined) continue
        count += 1
        const isMade = typeof json === 'object' && json !== null && !Array.isArray(json)
        const input: unknown = isMade ? { ...key, ...json } : json
        const told = await ask(operation.name, input)
        const { status, payload } = told as Frame & { readonly payload?: unknown }
        const isBatch = operation.name.endsWith('_batch')
        const isRefused =
          status === 400 ||
          (isBatch && as === undefined && status === 401) ||
          (isBatch &&
            status === 200 &&
            (payload as readonly { success: boolean }[]).every(({ success }) => !success))
        if (!isRefused)
          t.fail(`${operation.name} ${shown(JSON.stringify(input))}: ${String(status)}`)
      }
    }
  }
  t.ok(count > 1000, `${String(count)} inputs`)
  await nothingHasChanged(t)
})

t.test('whatever a parameter of a call is, it is answered, and never a defect', async (t) => {
  const ask = caller(ann.token)
  for (const operation of operations.filter(({ method }) => method === 'GET')) {
    const key = operation.path.includes('{key}') ? { key: ownKeyOf(operation) } : {}
    const names = ['key', 'nobody_knows', '__proto__', ...operation.parameters]
    for (const [turn, name] of names.entries()) {
      for (const value of quarter(BAD_VALUES, turn)) {
        const input = { ...key, ...Object.fromEntries([[name, value]]) }
        const { status } = await ask(operation.name, input)
        if (![200, 400, 404, refusalOf(operation)].includes(Number(status))) {
          t.fail(`${operation.name} ${shown(JSON.stringify(input))}: ${String(status)}`)
        }
      }
    }
  }
  await nothingHasChanged(t)
})

function sent(operation: DocumentedOperation, body: unknown): { readonly json?: unknown } {
  return operation.body?.contentType === 'application/json' ? { json: body } : {}
}

function shown(payload: string | Buffer): string {
  return payload.toString('latin1').slice(0, 100)
}

function told({ statusCode, body }: LightMyRequestResponse): string {
  return `${String(statusCode)} ${body.slice(0, 300)}`
}
