/** That each part of a profile is for whom its owner says, in every operation and event. */
import t from 'tap'
import { openTestMessenger } from '../kit/messenger.ts'

const FIELDS = ['full_name', 'email_address', 'about'] as const
const EDITED = { full_name: 'Tim Canary', about: 'A canary.' }
const PROFILE = { ...EDITED, email_address: 'tim@canary.org' }
const VISIBILITIES = ['everyone', 'friends', 'nobody'] as const
const CALLERS = ['nobody', 'owner', 'friend', 'asking', 'other', 'blocked', 'admin'] as const

const messenger = await openTestMessenger(t)
const { call } = messenger
const tim = await messenger.signUp('tim', { email_address: PROFILE.email_address })
const ann = await messenger.signUp('ann')
const [pal, fan, foe] = [
  await messenger.signUp('pal'),
  await messenger.signUp('fan'),
  await messenger.signUp('foe'),
]
const message = await messenger.write('Hello', tim.token)
const TOKENS = {
  nobody: undefined,
  owner: tim.token,
  friend: pal.token,
  asking: fan.token,
  blocked: foe.token,
  other: ann.token,
  admin: (await messenger.login('admin')).access_token,
}

/** What one does about another: `friend-request`, … */
async function act(name: string, who: string, user_id: string): Promise<void> {
  const { statusCode, body } = await call(`POST /actions/${name}`, { as: who, json: { user_id } })
  if (statusCode >= 300) t.fail(`${name}: ${body}`)
}

await act('friend-request', pal.token, tim.key)
await act('friend-accept', tim.token, pal.key)
await act('friend-request', fan.token, tim.key)
await act('person-block', tim.token, foe.key)

/** Whether a caller reads what has the visibility. */
function reads(who: (typeof CALLERS)[number], visibility: (typeof VISIBILITIES)[number]): boolean {
  if (who === 'owner' || who === 'admin') return true
  if (who === 'blocked') return false
  return visibility === 'everyone' || (visibility === 'friends' && who === 'friend')
}

/** tim says who may read each part of its profile. */
async function show(visibility: (typeof VISIBILITIES)[number]): Promise<void> {
  const shown = FIELDS.map((name) => [`${name}_visibility`, visibility] as const)
  const item = { ...EDITED, ...Object.fromEntries(shown) }
  await call(`PATCH /actions/user/${tim.key}`, { as: tim.token, json: { item } })
}

t.test('what is shown at first is what others could read before', async (t) => {
  const { key } = await messenger.signUp('new', { email_address: 'new@example.org' })
  const { item } = (await call(`GET /actions/user/${key}`)).json<{ item: object }>()
  t.match(item, { full_name: null, about: null })
  t.notOk('email_address' in item)
  const own = await call(`GET /actions/user/${key}`, { as: TOKENS.admin })
  t.match(own.json(), {
    item: { full_name_visibility: 'everyone', email_address_visibility: 'nobody' },
  })
})

for (const visibility of VISIBILITIES) {
  for (const who of CALLERS) {
    const sees = reads(who, visibility)
    t.test(`${visibility}: ${who} ${sees ? 'reads it' : 'does not'}, by no way`, async (t) => {
      await show(visibility)
      const as = TOKENS[who]
      const text = async (line: string) => (await call(`GET /actions/${line}`, { as })).body
      for (const line of [
        `user/${tim.key}`,
        'user-search?username__eq=tim',
        `user-batch?keys=${tim.key}`,
        `message/${message}/author`,
        `message/${message}?include=author`,
        'message-search?include=author,author.authored_messages.author',
      ]) {
        const body = await text(line)
        t.match(body, '"username":"tim"', line)
        for (const value of Object.values(PROFILE)) t.equal(body.includes(value), sees, line)
        t.equal(body.includes(`"${visibility}"`), who === 'owner' || who === 'admin', line)
      }
      const found = sees ? 1 : 0
      const queries = [
        ...FIELDS.map((name) => `${name}__contains=canary`),
        ...FIELDS.map((name) => `filter=${JSON.stringify({ [name]: { contains: 'canary' } })}`),
        'query=canary',
      ]
      for (const query of queries) {
        const { count } = JSON.parse(await text(`user-count?${encodeURI(query)}`)) as object & {
          readonly count: number
        }
        t.equal(count, found, query)
      }
      for (const name of FIELDS) {
        const linked = encodeURIComponent(
          JSON.stringify({ author: { [name]: { contains: 'canary' } } }),
        )
        t.match(JSON.parse(await text(`message-count?filter=${linked}`)), { count: found })
        const order = await call(`GET /actions/user-search?search_order=${name}`, { as })
        t.equal(order.statusCode, who === 'admin' ? 200 : 400, `the order by ${name}`)
      }
    })
  }
}

t.test('one part can be shown without the others', async (t) => {
  await show('nobody')
  const item = { about_visibility: 'everyone' }
  await call(`PATCH /actions/user/${tim.key}`, { as: tim.token, json: { item } })
  const { body } = await call(`GET /actions/user/${tim.key}`, { as: ann.token })
  t.match(body, PROFILE.about)
  t.notMatch(body, PROFILE.full_name)
})

t.test('nobody but oneself says who may read it', async (t) => {
  for (const [who, status] of [
    ['nobody', 401],
    ['other', 403],
    ['admin', 403],
    ['owner', 200],
  ] as const) {
    for (const name of FIELDS) {
      const json = { item: { [`${name}_visibility`]: 'everyone' } }
      const edited = await call(`PATCH /actions/user/${tim.key}`, { as: TOKENS[who], json })
      t.equal(edited.statusCode, status, `${who} ${name}`)
    }
  }
  const json = { item: { about_visibility: 'enemies' } }
  const wrong = await call(`PATCH /actions/user/${tim.key}`, { as: tim.token, json })
  t.equal(wrong.statusCode, 400)
})

t.test('events have what their reader may read when they happen', async (t) => {
  await show('nobody')
  await messenger.caughtUp()
  const clients = await Promise.all(
    CALLERS.map(async (who) => {
      const client = await messenger.connect(TOKENS[who])
      t.match(await client.ask({ type: 'Subscribe', payload: 'user' }), { type: 'Subscribed' })
      return [who, client] as const
    }),
  )
  const changes = [
    { about: 'Another canary.' },
    { about_visibility: 'everyone' },
    { about: 'A third canary.' },
    { about_visibility: 'friends' },
    { about: 'A fourth canary.' },
  ]
  for (const item of changes) {
    await call(`PATCH /actions/user/${tim.key}`, { as: tim.token, json: { item } })
  }
  const all = ['Another canary.', 'Another canary.', 'A third canary.', 'A third canary.', 'A fourth canary.'] // prettier-ignore
  const shown = [undefined, 'Another canary.', 'A third canary.', undefined, undefined]
  const toFriends = [undefined, 'Another canary.', 'A third canary.', 'A third canary.', 'A fourth canary.'] // prettier-ignore
  const byCaller: Readonly<Record<string, readonly unknown[]>> = {
    owner: all,
    admin: all,
    friend: toFriends,
    blocked: changes.map(() => undefined),
  }
  for (const [who, client] of clients) {
    const told: unknown[] = []
    while (told.length < changes.length) {
      const event = (await client.next()) as { readonly payload?: { readonly about?: string } }
      told.push(event.payload?.about)
    }
    t.same(told, byCaller[who] ?? shown, who)
  }
})

t.test('a live view by what becomes hidden loses the row', async (t) => {
  await show('everyone')
  await messenger.caughtUp()
  const client = await messenger.connect(ann.token)
  const payload = { channel: 'user', filter: { about: { contains: 'canary' } } }
  await client.ask({ type: 'Subscribe', payload })
  await show('friends')
  t.match(await client.next(), { type: 'Event', op: 'delete', key: tim.key })
})

t.test('a friendship that begins or ends takes effect on open sockets', async (t) => {
  await show('friends')
  await messenger.caughtUp()
  const [client, other] = [await messenger.connect(ann.token), await messenger.connect(fan.token)]
  for (const one of [client, other]) await one.ask({ type: 'Subscribe', payload: 'user' })
  const edit = async (about: string) => {
    await call(`PATCH /actions/user/${tim.key}`, { as: tim.token, json: { item: { about } } })
    const frames = []
    for (;;) {
      const frame = await client.next()
      frames.push(frame)
      if (frame['type'] === 'Event') return frames
    }
  }
  await act('friend-request', ann.token, tim.key)
  await act('friend-accept', tim.token, ann.key)
  const [resync, event] = await edit('For friends: a canary.')
  t.match(resync, { type: 'Resync', channel: 'user' })
  t.match(event, { payload: { about: 'For friends: a canary.' } })
  await act('person-block', tim.token, ann.key)
  const [again, after] = await edit('Not for foes: a canary.')
  t.match(again, { type: 'Resync', channel: 'user' })
  t.notMatch(JSON.stringify(after), 'canary')
  t.notMatch(JSON.stringify(other.waiting), 'Resync', 'it is not about others')
  await act('person-unblock', tim.token, ann.key)
})
