/** Who is in the channels of conversations and persons: whoever blocks another neither sees it there nor is seen by it. */
import t from 'tap'
import { openTestMessenger, type Person } from '../kit/messenger.ts'
import type { Frame, SocketClient } from '../kit/socket-client.ts'

const messenger = await openTestMessenger(t)
const { call } = messenger
let made = 0

const person = (): Promise<Person> => messenger.signUp(`person${String((made += 1))}`)
const act = (name: string, who: Person, json: object) =>
  call(`POST /actions/${name}`, { as: who.token, json })
const TYPING = { meta: { typing: true }, ttl: 5 }

/** The answer: what else is told meanwhile is passed over. */
async function track(client: SocketClient, channel: string, told: object = {}): Promise<Frame> {
  client.send({ type: 'Track', id: 1, payload: { channel, ...told } })
  for (;;) {
    const frame = await client.next()
    const { payload } = frame as { readonly payload?: { readonly state?: unknown } }
    if (frame['type'] === 'Error' || payload?.state !== undefined) return frame
  }
}

/** The first frame of that kind; those before it are passed over. */
async function until(client: SocketClient, type: string): Promise<Frame> {
  for (;;) {
    const frame = await client.next()
    if (frame['type'] === type) return frame
  }
}

/** Two people with a conversation of their own, both of whom watch it. */
async function dialogue() {
  const [tim, ann] = [await person(), await person()]
  const { key } = (await act('direct-conversation', tim, { user_id: ann.key })).json<Keyed>()
  const channel = `conversation:${key}`
  const [his, hers] = [await messenger.connect(tim.token), await messenger.connect(ann.token)]
  for (const client of [his, hers]) t.match(await track(client, channel), { type: 'Presence' })
  return { tim, ann, channel, his, hers }
}

interface Keyed {
  readonly key: string
}

t.test('two people see each other write', async (t) => {
  const { tim, channel, his, hers } = await dialogue()
  await track(his, channel, TYPING)
  t.match(await until(hers, 'Presence'), {
    payload: { joins: [{ subject: tim.key, meta: { typing: true } }] },
  })
  t.match(await track(his, channel, { meta: null }), { payload: { state: [] } })
  t.match(await until(hers, 'Presence'), { payload: { leaves: [{}] } })
})

t.test('whoever blocks another neither sees it write nor is seen', async (t) => {
  const { tim, ann, channel, his, hers } = await dialogue()
  await track(his, channel, TYPING)
  t.match(await until(hers, 'Presence'), { payload: { joins: [{ subject: tim.key }] } })
  await act('person-block', ann, { user_id: tim.key })
  for (const client of [his, hers]) {
    t.match(await until(client, 'Unsubscribed'), { channel, payload: { reason: 'forbidden' } })
    t.match(await track(client, channel), { type: 'Error', status: 404 })
    t.match(await track(client, channel, TYPING), { type: 'Error', status: 404 })
  }
  const read = await call(`GET /actions/conversation/${channel.split(':')[1] ?? ''}`, {
    as: tim.token,
  })
  t.equal(read.statusCode, 200, 'what was written stays')
  await act('person-unblock', ann, { user_id: tim.key })
  for (const client of [his, hers]) t.match(await track(client, channel), { type: 'Presence' })
})

t.test('in the channel of a person nobody else appears', async (t) => {
  const [tim, eve] = [await person(), await person()]
  const channel = `availability:${tim.key}`
  const [own, other] = [await messenger.connect(tim.token), await messenger.connect(eve.token)]
  t.match(await track(other, channel, { meta: {} }), { type: 'Error', status: 403 })
  t.match(await track(other, channel), { payload: { state: [] } })
  t.match(await track(own, channel, { meta: {} }), { payload: { state: [{ subject: tim.key }] } })
  t.match(await until(other, 'Presence'), { payload: { joins: [{ subject: tim.key }] } })
  t.match(await track(other, channel, { meta: {} }), { type: 'Error', status: 403 })
})
