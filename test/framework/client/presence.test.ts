/** Tests presence.ts: who is in a channel, told and kept. */
import t, { type Test } from 'tap'
import type { PresenceEntry } from '../../../framework/client/presence.ts'
import { askedAgain, openScriptedClient } from '../../kit/scripted-client.ts'
import type { Frame } from '../../kit/socket-client.ts'

const entry = (key: string, meta = {}): PresenceEntry => ({ key, subject: `user-${key}`, meta })
const keys = (entries: readonly PresenceEntry[]): string => entries.map(({ key }) => key).join()

async function enter(t: Test) {
  const opened = await openScriptedClient(t)
  const told: (readonly PresenceEntry[])[] = []
  const ended = Promise.withResolvers<unknown>()
  const presence = opened.client.presence('message:7', (entries) => void told.push(entries), {
    meta: { at: 'desk' },
    onError: ended.resolve,
  })
  const socket = await opened.server.nextSocket()
  const frame = await socket.next()
  const tell = (payload: Frame, id = frame['id']): void =>
    socket.send({ type: 'Presence', id, payload: { channel: 'message:7', ...payload } })
  return { ...opened, presence, told, ended: ended.promise, socket, frame, tell }
}

t.test('who is there is told, and what changes', async (t) => {
  const { presence, told, frame, socket, tell, client } = await enter(t)
  t.match(frame, { type: 'Track', payload: { channel: 'message:7', meta: { at: 'desk' } } })
  const ann = { ...entry('1'), meta: { typing: true } }
  tell({ state: [entry('1'), entry('2')] })
  tell({ joins: [ann, entry('3')], leaves: [{ key: '2' }] })
  tell({ joins: [], leaves: [{ key: '1' }, { key: 'never there' }] })
  tell({ state: [entry('9')] })
  const other = client.call('message_count', {})
  const { id } = await socket.next()
  socket.send({ type: 'Result', id, status: 200, payload: { count: 1 } })
  await other
  t.same(told.map(keys), ['1,2', '1,3', '3', '9'])
  t.same(told[1]?.[0]?.meta, { typing: true })
  t.equal(presence.entries, told[3])

  presence.tell({ typing: true }, { ttlSeconds: 5 })
  t.match(await socket.next(), { type: 'Track', payload: { meta: { typing: true }, ttl: 5 } })
  presence.tell(undefined)
  t.match(await socket.next(), { type: 'Track', payload: { meta: null } }, 'is seen no more')
  presence.close()
  t.match(await socket.next(), { type: 'Unsubscribe' })
})

t.test('after a break it is entered again, with what was told last for good', async (t) => {
  const { presence, told, socket, tell, server, frame } = await enter(t)
  tell({ state: [entry('1')] })
  presence.tell({ at: 'sofa' })
  await socket.next()
  presence.tell({ typing: true }, { ttlSeconds: 5 })
  await socket.next()
  socket.socket.close(1012)
  const again = await server.nextSocket()
  const tracked = await again.next()
  t.match(tracked, { type: 'Track', id: frame['id'], payload: { meta: { at: 'sofa' } } })
  t.notOk('ttl' in (tracked['payload'] as object))
  t.same(told.map(keys), ['1', ''], 'nobody is seen meanwhile')
})

t.test('a busy server is asked again, and a right that is lost ends it', async (t) => {
  const scripted = await enter(t)
  const { socket, ended, frame, tell, told } = scripted
  const { id } = frame
  const refusal = { type: 'Error', id, status: 429, retry_after: 2, payload: { title: 'Full' } }
  t.match(await askedAgain(scripted, socket, { refusal, waitMs: 2_500 }), { type: 'Track', id })
  tell({ state: [entry('1')] })
  socket.send({ type: 'Unsubscribed', id, channel: 'message:7', payload: { reason: 'forbidden' } })
  t.match(await ended, { status: 403, code: 'forbidden' })
  t.same(told.map(keys), ['1', ''], 'nobody is seen any more')
})

t.test('a channel that is none ends it', async (t) => {
  const { socket, ended, frame } = await enter(t)
  const payload = { type: '/problems/not_found', title: 'Not found' }
  socket.send({ type: 'Error', id: frame['id'], status: 404, payload })
  t.match(await ended, { code: 'not_found' })
})
