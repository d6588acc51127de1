/** Channels of resources through the front door, on a real database: what each caller sees, as rows and rights change. */
import { test, type Test } from 'tap'
import { serve } from '../../framework/index.ts'
import type { Change } from '../../framework/event/change.ts'
import { openStoresOn } from '../../framework/postgres/open-stores.ts'
import type { Authorization } from '../../framework/security/authorization.ts'
import { chat, chatFactories } from '../kit/chat-resources.ts'
import { openTestDatabase } from '../kit/database.ts'
import { createGathering } from '../kit/gathering.ts'
import { createSocketClient, type Frame, type SocketClient } from '../kit/socket-client.ts'
import { callerOf, numberedId } from '../kit/stores.ts'

const [ann, bob, cyd] = [1, 2, 3].map(numberedId) as [string, string, string]
const room = numberedId(10)
const CALLERS: ReadonlyMap<string, Authorization> = new Map(
  [ann, bob, cyd].map((id) => [id, callerOf(id)]),
)

async function open(t: Test) {
  const database = await openTestDatabase(t)
  const onError = (error: unknown): void => void t.error(error)
  const stores = await openStoresOn(database, { registry: chat, onError })
  const tokens = {
    peek: (token: string) => CALLERS.get(token),
    verify: (token: string) => Promise.resolve(CALLERS.get(token) ?? callerOf(token)),
  }
  const server = await serve(stores, { factories: chatFactories, tokens })
  t.teardown(() => server.close())
  const handed = createGathering<Change>()
  stores.feed.follow(({ changes }) => handed.add(...changes))
  /** Waits until who subscribes now hears nothing of a row that was made. */
  const isPast = (key: string) => handed.until((all) => all.some((change) => change.key === key))
  for (const [id, name] of [[ann, 'ann'], [bob, 'bob'], [cyd, 'cyd']] as const) {
    await stores.store('person').create({ id, name })
  } // prettier-ignore
  await stores.store('room').create({ id: room, title: 'Room', owner_id: ann })
  await isPast(room)

  async function follow(who: string, payload: object): Promise<SocketClient> {
    const headers = { authorization: `Bearer ${who}` }
    let client: SocketClient | undefined
    const socket = await server.http.injectWS(
      '/subscription',
      { headers },
      {
        onInit: (opened) => void (client = createSocketClient(opened)),
      },
    )
    t.teardown(() => socket.terminate())
    client ??= createSocketClient(socket)
    t.match(await client.ask({ type: 'Subscribe', id: 1, payload }), { type: 'Subscribed', id: 1 })
    return client
  }
  /** Waits until all that was written before has been told. */
  const told = async (client: SocketClient, until: (frame: Frame) => boolean) => {
    const frames: Frame[] = []
    for (;;) {
      const frame = await client.next()
      frames.push(frame)
      if (until(frame)) return frames
    }
  }
  return { stores, database, follow, told, isPast }
}

function titleOf({ payload }: Frame): string | undefined {
  return (payload as { readonly title?: string } | undefined)?.title
}

test('members see their room as long as they are members', async (t) => {
  const { stores, follow, told } = await open(t)
  const [owner, member, other] = [
    await follow(ann, { channel: 'room' }),
    await follow(bob, { channel: 'room' }),
    await follow(cyd, { channel: 'room' }),
  ]
  const isTitled = (title: string) => (frame: Frame) => titleOf(frame) === title
  const retitle = async (title: string): Promise<void> => {
    await stores.store('room').update(room, { title })
    await told(owner, isTitled(title))
  }
  await retitle('Before')
  const { key } = await stores.store('member').create({ room_id: room, person_id: bob })
  t.match(await member.next(), { type: 'Resync', id: 1, channel: 'room' })
  await retitle('Within')
  t.equal(titleOf(await member.next()), 'Within')
  await stores.store('member').delete(key)
  t.match(await member.next(), { type: 'Resync' })
  await retitle('After')
  await stores.store('room').create({ title: 'Own', owner_id: bob })
  t.equal(titleOf(await member.next()), 'Own', 'who was put out sees nothing of what came after')
  t.same(other.waiting, [])
})

test('a subscription to one room ends with the right to see it', async (t) => {
  const { stores, follow, isPast } = await open(t)
  const { key } = await stores.store('member').create({ room_id: room, person_id: bob })
  await isPast(key)
  const client = await follow(bob, { channel: 'room', filter: { id: { eq: room } } })
  await stores.store('room').update(room, { title: 'Seen' })
  t.match(await client.next(), { type: 'Event', id: 1, op: 'update', payload: { title: 'Seen' } })
  await stores.store('member').delete(key)
  t.same(await client.next(), {
    type: 'Unsubscribed',
    id: 1,
    channel: 'room',
    payload: { reason: 'forbidden' },
  })
  t.match(await client.ask({ type: 'Subscribe', id: 1, payload: 'person' }), { type: 'Subscribed' })
})

test('attributes are told to those who may read them, and changes by plain SQL to everybody', async (t) => {
  const { database, follow, told } = await open(t)
  const [self, other] = [
    await follow(ann, { channel: 'person' }),
    await follow(bob, { channel: 'person' }),
  ]
  await database.script(`update person set email = 'ann@new' where id = '${ann}'`)
  await database.script(`update person set digest = 'a secret' where id = '${ann}'`)
  await database.script(`update person set name = 'Ann' where id = '${ann}'`)
  const isLast = ({ payload }: Frame): boolean => (payload as { name?: string }).name === 'Ann'
  const [mine, theirs] = [await told(self, isLast), await told(other, isLast)]
  t.match(mine, [{ payload: { email: 'ann@new' } }, { payload: { name: 'Ann' } }])
  t.equal(theirs.length, 1, 'an update of what it may not read is not told')
  t.notOk(JSON.stringify(theirs).includes('email'))
  t.notOk(JSON.stringify([mine, theirs]).includes('digest'))
})

test('what was missed is replayed, and goes on live', async (t) => {
  const { stores, follow, told } = await open(t)
  const first = await follow(ann, { channel: 'room' })
  await stores.store('room').update(room, { title: 'One' })
  const { cursor } = await first.next()
  for (const title of ['Two', 'Three']) await stores.store('room').update(room, { title })
  await told(first, (frame) => titleOf(frame) === 'Three')
  const second = await follow(ann, { channel: 'room', since: cursor })
  await stores.store('room').update(room, { title: 'Four' })
  const frames = await told(second, (frame) => titleOf(frame) === 'Four')
  t.same(frames.map(titleOf), ['Two', 'Three', 'Four'])
})
