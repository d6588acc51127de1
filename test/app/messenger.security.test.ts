/** Who may do what in the messenger: caller by operation by row, refusals first; by requests, calls over sockets, batches, preconditions and subscriptions. */
import t, { type Test } from 'tap'
import { ADMIN_KEY, openTestMessenger } from '../kit/messenger.ts'
import { socketCalls, type SocketCalls } from '../kit/socket-calls.ts'
import { numberedId } from '../kit/stores.ts'

const messenger = await openTestMessenger(t)
const { call, stores } = messenger
const tim = await messenger.signUp('tim', { email_address: 'tim@example.org' })
const ann = await messenger.signUp('ann')
const admin = (await messenger.login('admin')).access_token

const TOKENS = { nobody: undefined, owner: tim.token, other: ann.token, admin } as const
type Who = keyof typeof TOKENS
/** Statuses of the callers, in this order. */
const CALLERS: readonly Who[] = ['nobody', 'owner', 'other', 'admin']
/** `undefined`: that caller is left out, because its success would change who the callers are. */
type Statuses = readonly [number, number, number, number | undefined]

/** The word of a batch's result for the status of the single operation. */
const CODES: Readonly<Record<number, string>> = {
  400: 'invalid',
  403: 'forbidden',
  404: 'not_found',
}

interface Result {
  readonly key: string
  readonly item: Readonly<Record<string, unknown>>
  readonly updatable: boolean
  readonly deletable: boolean
}

const TIME = '2026-01-01T00:00:00.000Z'
let names = 0
/** A message of the owner. */
const newMessage = async (): Promise<string> =>
  (await stores.store('message').create({ text: 'by tim', author_id: tim.key })).key
/** A user that nobody is. */
const newUser = async (): Promise<string> =>
  (await stores.store('user').create({ username: `user${String(++names)}`, password_digest: 'x' }))
    .key
const absent = async (): Promise<string> => numberedId(999)
const self = async (): Promise<string> => tim.key
const theAdmin = async (): Promise<string> => ADMIN_KEY

/** What is written to which row, or that it is deleted, and how that ends. */
type Cell = readonly [
  resource: 'message' | 'user',
  name: string,
  row: () => Promise<string>,
  item: object | 'delete',
  statuses: Statuses,
]

const TABLE: readonly Cell[] = [
  ['message', 'no message', absent, { text: 'x' }, [401, 404, 404, 404]],
  ['message', 'a message', newMessage, { text: '' }, [400, 400, 400, 400]],
  ['message', 'a message', newMessage, { author_id: ann.key }, [400, 400, 400, 400]],
  ['message', 'a message', newMessage, { created_at: TIME }, [400, 400, 400, 400]],
  ['message', 'a message', newMessage, { nothing: 1 }, [400, 400, 400, 400]],
  ['message', 'a message', newMessage, { text: 'x' }, [401, 200, 403, 403]],
  ['message', 'a message', newMessage, {}, [401, 200, 403, 403]],
  ['message', 'no message', absent, 'delete', [401, 404, 404, 404]],
  ['message', 'a message', newMessage, 'delete', [401, 204, 403, 403]],
  ['user', 'no user', absent, { full_name: 'x' }, [401, 404, 404, 404]],
  ['user', 'its own digest', self, { password_digest: 'x' }, [400, 400, 400, 400]],
  ['user', 'its own name', self, { username: 'tom' }, [400, 400, 400, 400]],
  ['user', 'its own rights', self, { admin: true }, [401, 403, 403, undefined]],
  ['user', 'its own rights', self, { admin: false }, [401, 403, 403, undefined]],
  [
    'user',
    'itself and its rights',
    self,
    { full_name: 'T', admin: true },
    [401, 403, 403, undefined],
  ],
  ['user', 'itself', self, { full_name: 'T' }, [401, 200, 403, 200]],
  ['user', 'its own address', self, { email_address: 't@example.org' }, [400, 400, 400, 400]],
  ['user', 'another', newUser, { full_name: 'x' }, [401, 403, 403, 200]],
  ['user', 'the rights of another', newUser, { admin: true }, [401, 403, 403, 200]],
  ['user', 'an admin', theAdmin, { full_name: 'Admin' }, [401, 403, 403, 200]],
  ['user', 'the rights of an admin', theAdmin, { admin: false }, [401, 403, 403, 403]],
  ['user', 'the rights of an admin', theAdmin, { admin: true }, [401, 403, 403, 403]],
  [
    'user',
    'an admin, by the way',
    theAdmin,
    { full_name: 'A', admin: false },
    [401, 403, 403, 403],
  ],
  ['user', 'no user', absent, 'delete', [401, 404, 404, 404]],
  ['user', 'itself', self, 'delete', [401, 403, 403, undefined]],
  ['user', 'another', newUser, 'delete', [401, 403, 403, 204]],
  ['user', 'an admin', theAdmin, 'delete', [401, 403, 403, 403]],
]

for (const cell of TABLE) {
  const [, name, , item, statuses] = cell
  const verb = item === 'delete' ? 'delete' : `write ${JSON.stringify(item)} to`
  for (const [index, who] of CALLERS.entries()) {
    const status = statuses[index]
    if (status === undefined) continue
    const title = `${who} ${status < 300 ? 'may' : 'may not'} ${verb} ${name}`
    const hold = status < 300 ? holdGranted : holdRefused
    t.test(`${title} (${String(status)})`, (t) => hold(t, cell, { as: TOKENS[who], status }))
  }
}

interface Asked {
  readonly as: string | undefined
  readonly status: number
}

/** Sends the write of a cell. */
function write(
  [resource, , , item]: Cell,
  key: string,
  sent: { readonly precondition?: object; readonly as?: string | undefined; readonly tag?: string },
) {
  const { as, tag, precondition } = sent
  const line = `${item === 'delete' ? 'DELETE' : 'PATCH'} /actions/${resource}/${key}`
  return call(line, {
    as,
    ...(tag === undefined ? {} : { headers: { 'if-match': tag } }),
    ...(item === 'delete' ? {} : { json: { item, ...(precondition && { precondition }) } }),
  })
}

/** Sends the write of a cell as a batch of one. */
function writeBatch(
  [resource, , , item]: Cell,
  key: string,
  sent: {
    readonly as: string | undefined
    readonly atomic?: boolean
    readonly precondition?: object
  },
) {
  const { as, atomic = false, precondition } = sent
  const edit = item === 'delete' ? { delete_key: key } : { update_item: { id: key, ...item } }
  const json = { edits: [{ ...edit, ...(precondition && { precondition }) }], atomic }
  return call(`PATCH /actions/${resource}-batch`, { as, json })
}

/** As {@link write}, by a call over a socket. */
function callWrite(
  [resource, , , item]: Cell,
  key: string,
  {
    over,
    precondition,
    tag,
  }: {
    readonly over: SocketCalls
    readonly precondition?: object
    readonly tag?: string
  },
) {
  const conditions = { ...(precondition && { precondition }), ...(tag && { if_match: tag }) }
  return item === 'delete'
    ? over.call(`${resource}_delete`, { key, ...conditions })
    : over.call(`${resource}_update`, { key, item, ...conditions })
}

/** A socket of its own for each cell: so many calls at once would be too fast for one. */
async function withCalls(
  as: string | undefined,
  work: (over: SocketCalls) => Promise<void>,
): Promise<void> {
  const client = await messenger.connect(as)
  await work(socketCalls(client))
  client.socket.terminate()
}

const PRECONDITIONS = [{}, { none: true }, { not: { none: true } }, { id: { ne: ADMIN_KEY } }]

/** Refused however it is asked, and nothing is written. */
async function holdRefused(t: Test, cell: Cell, { as, status }: Asked): Promise<void> {
  const [resource, , row, item] = cell
  const key = await row()
  const before = await stores.store(resource).read(key)
  t.equal((await write(cell, key, { as })).statusCode, status)
  const { etag = '"x"' } = (await call(`GET /actions/${resource}/${key}`, { as })).headers
  for (const tag of ['*', '"another"', etag]) {
    t.equal((await write(cell, key, { as, tag })).statusCode, status, `If-Match: ${tag}`)
  }
  const preconditions = item === 'delete' ? [] : PRECONDITIONS
  for (const precondition of preconditions) {
    const told = await write(cell, key, { as, precondition })
    t.equal(told.statusCode, status, JSON.stringify(precondition))
  }
  for (const sent of [
    {},
    { atomic: true },
    ...PRECONDITIONS.map((one) => ({ precondition: one })),
  ]) {
    const batch = await writeBatch(cell, key, { as, ...sent })
    if (as === undefined) t.equal(batch.statusCode, status === 400 ? 401 : status)
    else t.match(batch.json(), [{ success: false, code: CODES[status] }], JSON.stringify(sent))
  }
  await withCalls(as, async (over) => {
    for (const sent of [
      {},
      ...['*', '"another"', etag].map((tag) => ({ tag })),
      ...preconditions.map((precondition) => ({ precondition })),
    ]) {
      const told = await callWrite(cell, key, { over, ...sent })
      t.match(told, { type: 'Error', status }, `a call with ${JSON.stringify(sent)}`)
    }
    const edit = item === 'delete' ? { delete_key: key } : { update_item: { id: key, ...item } }
    const told = await over.call(`${resource}_edit_batch`, { edits: [edit] })
    if (as === undefined) t.equal(told.status, status === 400 ? 401 : status)
    else t.match(told, { status: 200, payload: [{ success: false, code: CODES[status] }] })
  })
  t.same(await stores.store(resource).read(key), before, 'nothing is written')
}

/** Granted by itself, in a batch, and by a call. */
async function holdGranted(t: Test, cell: Cell, { as, status }: Asked): Promise<void> {
  const [resource, , row, item] = cell
  const written = async (key: string) => (await stores.store(resource).read(key))?.item
  const [first, second, third] = [await row(), await row(), await row()]
  t.equal((await write(cell, first, { as })).statusCode, status)
  t.match((await writeBatch(cell, second, { as })).json(), [{ success: true }])
  await withCalls(as, async (over) => {
    t.match(await callWrite(cell, third, { over }), { type: 'Result', status })
  })
  for (const key of [first, second, third]) {
    if (item === 'delete') t.equal(await written(key), undefined)
    else t.match(await written(key), item)
  }
}

t.test('results say beforehand what their caller may do', async (t) => {
  const message = await newMessage()
  const told = async (resource: string, key: string, who: Who) => {
    const response = await call(`GET /actions/${resource}/${key}`, { as: TOKENS[who] })
    const { updatable, deletable } = response.json<Result>()
    return [updatable, deletable]
  }
  const expected = [
    [
      'message',
      message,
      [
        [false, false],
        [true, true],
        [false, false],
        [false, false],
      ],
    ],
    [
      'user',
      tim.key,
      [
        [false, false],
        [true, false],
        [false, false],
        [true, true],
      ],
    ],
    [
      'user',
      ADMIN_KEY,
      [
        [false, false],
        [false, false],
        [false, false],
        [true, false],
      ],
    ],
  ] as const
  for (const [resource, key, rights] of expected) {
    for (const [index, who] of CALLERS.entries()) {
      t.same(await told(resource, key, who), rights[index], `${who} of ${resource}`)
      const { results } = (
        await call(`GET /actions/${resource}-search?id__eq=${key}`, { as: TOKENS[who] })
      ).json<{ results: readonly Result[] }>()
      t.same([results[0]?.updatable, results[0]?.deletable], rights[index], 'in a page too')
    }
  }
})

t.test('who may create', async (t) => {
  for (const who of CALLERS) {
    const as = TOKENS[who]
    const json = { item: { text: 'x' } }
    const made = await call('POST /actions/message', { as, json })
    t.equal(made.statusCode, who === 'nobody' ? 401 : 201)
    const page = await call('GET /actions/message-search?limit=1', { as })
    t.equal(page.json<{ creatable: boolean }>().creatable, who !== 'nobody')
    const users = await call('GET /actions/user-search?limit=1', { as })
    t.equal(users.json<{ creatable: boolean }>().creatable, false)
    const user = { username: 'eve', full_name: 'Eve' }
    t.equal((await call('POST /actions/user', { as, json: { item: user } })).statusCode, 404)
    const batch = await call('PATCH /actions/user-batch', {
      as,
      json: { edits: [{ create_item: user }] },
    })
    if (who === 'nobody') t.equal(batch.statusCode, 401)
    else t.match(batch.json(), [{ success: false, code: 'forbidden' }])
  }
})

t.test('who may create, find and list is the same by calls', async (t) => {
  const message = await newMessage()
  for (const who of CALLERS) {
    const as = TOKENS[who]
    await withCalls(as, async ({ call: ask }) => {
      const made = await ask('message_create', { item: { text: 'x' } })
      t.equal(made.status, who === 'nobody' ? 401 : 201)
      t.equal((await ask('user_create', { item: { username: 'eve' } })).status, 404)
      const read = await ask<Result>('user_read', { key: tim.key })
      t.equal('email_address' in read.payload.item, who === 'owner' || who === 'admin')
      const author = await ask<Result>('message_author_read', { key: message })
      t.same(author.payload, read.payload)
      t.equal(author.etag, read.etag)
      const filter = { email_address: { eq: 'tim@example.org' } }
      const count = await ask<{ count?: number }>('user_count', { filter })
      const found = { nobody: 0, owner: 1, other: 0, admin: 1 }[who]
      t.equal(count.payload.count ?? count.status, found)
      for (const action of [
        'session_create',
        'session_update',
        'security_event_delete',
        'login_form',
      ]) {
        t.equal((await ask(action, { key: message })).status, 404, action)
      }
    })
  }
})

t.test('sessions are opened, refreshed and ended by calls as over HTTP', async (t) => {
  const eve = await messenger.signUp('eve')
  await withCalls(undefined, async ({ call: ask }) => {
    const password = 'not the one'
    t.equal((await ask('login', { username: 'eve', password })).status, 401)
    const fresh = await ask<{ refresh_token: string }>('refresh', {
      refresh_token: eve.refreshToken,
    })
    t.equal(fresh.status, 200)
    t.equal((await ask('refresh', { refresh_token: eve.refreshToken })).status, 401)
    t.equal((await ask('refresh', fresh.payload)).status, 400, 'with more than it asks for')
    t.equal((await ask('logout')).status, 401)
    t.equal((await ask('sign_up', { username: 'eve', password: 'a quiet green lamp' })).status, 409)
  })
  const her = (await messenger.login('eve')).access_token
  await withCalls(her, async ({ call: ask }) => {
    t.equal((await ask('logout')).status, 204)
  })
})

t.test('every caller reads messages and users, and addresses of mail where it may', async (t) => {
  const message = await newMessage()
  for (const who of CALLERS) {
    const as = TOKENS[who]
    const sees = who === 'owner' || who === 'admin'
    const users = [
      (await call(`GET /actions/user/${tim.key}`, { as })).json<Result>().item,
      (await call(`GET /actions/user-batch?keys=${tim.key}`, { as })).json<Result[]>()[0]?.item,
      (await call(`GET /actions/user-search?username__eq=tim`, { as })).json<{
        results: Result[]
      }>().results[0]?.item,
      (await call(`GET /actions/message/${message}/author`, { as })).json<Result>().item,
      (await call(`GET /actions/message/${message}?include=author`, { as })).json<Result>().item[
        'author'
      ] as Result['item'],
    ]
    for (const item of users) {
      t.equal(item?.['username'], 'tim')
      t.equal('email_address' in (item ?? {}), sees, `${who} ${sees ? 'sees' : 'does not see'} it`)
    }
    const told = async (query: string) => {
      const response = await call(`GET /actions/user-count?username__eq=tim&${query}`, { as })
      return response.json<{ count?: number }>().count ?? response.statusCode
    }
    const counts = [
      await told('email_address__eq=tim@example.org'),
      await told('email_address__exists=true'),
      await told('email_address__startswith=t'),
    ]
    const found = { nobody: 0, owner: 1, other: 0, admin: 1 }[who]
    t.same(counts, [found, found, found], `${who} finds it ${sees ? 'by it' : 'not by it'}`)
    // Where it is readable in some rows alone, the order of the others would tell of it.
    const order = await call('GET /actions/user-search?search_order=email_address', { as })
    t.equal(order.statusCode, who === 'admin' ? 200 : 400)
  }
})

t.test('a precondition on what one may not read tells nothing of it', async (t) => {
  const path = `PATCH /actions/user/${tim.key}`
  const told = async (as: string, email_address: string) => {
    const json = {
      item: { full_name: 'T' },
      precondition: { email_address: { eq: email_address } },
    }
    return (await call(path, { as, json })).statusCode
  }
  t.same(
    await Promise.all(['tim@example.org', 'x@x.org'].map((mail) => told(ann.token, mail))),
    [403, 403],
  )
  t.equal(await told(tim.token, 'tim@example.org'), 200)
  t.equal(await told(tim.token, 'x@x.org'), 412)
  t.equal(await told(admin, 'tim@example.org'), 200)
})

t.test('every caller hears of new messages, and of nothing else', async (t) => {
  const clients = await Promise.all(
    CALLERS.map(async (who) => [who, await messenger.connect(TOKENS[who])] as const),
  )
  for (const [who, client] of clients) {
    const unknown = ['on_create_user', 'on_create_session', '__proto__']
    for (const channel of unknown) {
      const told = await client.ask({ type: 'Subscribe', payload: channel })
      t.match(told, { type: 'Error', status: 404 }, `${who} ${channel}`)
    }
    for (const filter of [{ author: { password_digest: { exists: true } } }, {}]) {
      const payload = { channel: 'on_create_message', filter }
      t.match(await client.ask({ type: 'Subscribe', payload }), { type: 'Error', status: 400 })
    }
    const payload = 'on_create_message'
    t.match(await client.ask({ type: 'Subscribe', payload }), { type: 'Subscribed' })
  }
  await stores.store('user').update(tim.key, { full_name: 'Nobody hears this' })
  const key = await messenger.write('Everybody hears this', tim.token)
  const events = await Promise.all(clients.map(([, client]) => client.next()))
  t.match(events[0], { type: 'Event', key, payload: { text: 'Everybody hears this' } })
  for (const event of events) t.same(event, events[0])
})

t.test('every caller hears of users what it may read of them', async (t) => {
  const clients = await Promise.all(
    CALLERS.map(async (who) => {
      const client = await messenger.connect(TOKENS[who])
      const secret = { channel: 'user', filter: { password_digest: { exists: true } } }
      const refused = await client.ask({ type: 'Subscribe', payload: secret })
      t.match(refused, { type: 'Error', status: 400 }, who)
      t.match(await client.ask({ type: 'Subscribe', payload: 'user' }), { type: 'Subscribed' })
      return [who, client] as const
    }),
  )
  const users = stores.store('user')
  await users.update(tim.key, { email_address: 'tim.new@example.org' })
  const secrets = await users.unsafeReadSecrets(tim.key)
  await users.update(tim.key, { password_digest: secrets?.password_digest ?? '' })
  await users.update(tim.key, { full_name: 'Everybody hears this' })
  for (const [who, client] of clients) {
    // That something happened to a user is told by `updated_at`, which is public.
    const events = [await client.next(), await client.next(), await client.next()]
    t.match(events[2], { op: 'update', key: tim.key, payload: { full_name: 'Everybody hears this' } }) // prettier-ignore
    const told = JSON.stringify(events)
    t.equal(told.includes('tim.new@example.org'), who === 'owner' || who === 'admin', who)
    t.notOk(told.includes('digest'), who)
    t.same(client.waiting, [], who)
  }
})

t.test('sessions are neither made nor changed by requests, nor found by their user', async (t) => {
  for (const who of CALLERS) {
    for (const [line, statuses] of [
      ['POST /actions/session', [404]],
      [`PATCH /actions/session/${numberedId(1)}`, [404, 405]],
      [`GET /actions/user/${tim.key}/sessions`, [404]],
    ] as const) {
      const { statusCode } = await call(line, { as: TOKENS[who], json: { item: {} } })
      t.ok(new Set<number>(statuses).has(statusCode), `${who} ${line} ${String(statusCode)}`)
    }
  }
})
