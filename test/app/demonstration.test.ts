/** Tests demonstration.ts: it is whole, what it counts fits what is there, and its pictures are as uploaded ones. */
import sharp from 'sharp'
import t, { type Test } from 'tap'
import { ACTORS } from '../../app/demonstration-script.ts'
import type { Change } from '../../framework/event/change.ts'
import { createGathering } from '../kit/gathering.ts'
import { ADMIN_KEY } from '../kit/messenger.ts'
import { openMediaMessenger } from '../kit/uploads.ts'

/** A messenger that nobody has been in, and then a lively one. */
async function open(t: Test) {
  const messenger = await openMediaMessenger(t)
  const { database } = messenger.stores
  const rowsOf = async (text: string) => (await database.query({ text, values: [] })).rows
  // The kit has loaded the bare seeds.
  await database.query({ text: 'delete from availability', values: [] })
  await database.query({ text: 'delete from message', values: [] })
  await database.query({ text: 'delete from "user"', values: [] })
  const told = createGathering<Change>()
  t.teardown(messenger.stores.feed.follow(({ changes }) => told.add(...changes)))
  const before = performance.now()
  const made = await messenger.seed({ isLively: true })
  t.comment(`${String(made)} rows in ${String(Math.round(performance.now() - before))} ms`)
  return { ...messenger, made, told, rowsOf }
}

t.test('there are people, bonds and talk, and every count fits', async (t) => {
  const { made, told, rowsOf, stores, seed, call, login } = await open(t)
  const tables = stores.registry.list.map(({ name }) => `(select count(*) from "${name}")`)
  // What jobs tell of messages is made a moment later.
  const beside = `(select count(*) from session) + (select count(*) from security_event) + (select count(*) from notification where kind <> 'friend_request')`
  t.same(await rowsOf(`select (${tables.join(' + ')} - ${beside})::int`), [[made]])
  t.equal(await seed({ isLively: true }), 0, 'once')
  t.equal(await stores.store('user').count(), ACTORS.length + 1)
  t.ok(ACTORS.length >= 12)

  const wrong = {
    'numbers without a gap':
      'select c.id from conversation c where c.message_count <> (select count(*) from message m where m.conversation_id = c.id) ' +
      'or c.message_count <> (select max(number) from message m where m.conversation_id = c.id)',
    'the time of the last message':
      'select c.id from conversation c where c.last_message_at <> (select max(created_at) from message m where m.conversation_id = c.id)',
    'the order of numbers is that of times':
      'select m.id from message m join message n using (conversation_id) where m.number < n.number and m.created_at >= n.created_at',
    'who writes is a member, and has read so far':
      'select m.id from message m left join conversation_member b on b.conversation_id = m.conversation_id and b.user_id = m.author_id ' +
      'where m.conversation_id is not null and (b.user_id is null or b.read_number < m.number)',
    'who reacts is a member':
      'select r.message_id from message_reaction r join message m on m.id = r.message_id left join conversation_member b on b.conversation_id = m.conversation_id ' +
      'and b.user_id = r.user_id where b.user_id is null or m.deleted_at is not null or r.conversation_id <> m.conversation_id',
    'nobody has read what is not written':
      'select m.user_id from conversation_member m join conversation c on c.id = m.conversation_id where m.read_number not between 0 and c.message_count',
    'what is edited has a version':
      'select m.id from message m where (m.edited_at is not null) <> exists (select from message_version v where v.message_id = m.id)',
    'answers are in one conversation':
      'select m.id from message m join message a on a.id = m.reply_to_id where a.conversation_id <> m.conversation_id or a.number >= m.number',
    'friends are friends on both sides': `select f.user_id from friendship f where f.state = 'friends' and not exists (select from friendship o where o.user_id = f.other_id and o.other_id = f.user_id and o.state = 'friends')`,
    'everybody is or is not there':
      'select id from "user" u where not exists (select from availability a where a.user_id = u.id)',
    'what is deleted says nothing': `select id from message where deleted_at is not null and text <> ''`,
    'nothing is of the future': 'select id from message where created_at > now()',
  }
  for (const [name, text] of Object.entries(wrong)) t.same(await rowsOf(text), [], name)

  const { access_token: as } = await login('admin')
  const unread = (await call('POST /actions/unread-counts', { as, json: {} })).json<{
    total: number
  }>()
  t.equal(unread.total, 4)
  const kinds = ['friend_request', 'mention', 'message', 'reply']
  const isToldOf = (kind: string) => (change: Change) =>
    change.resource === 'notification' && change.after?.['kind'] === kind && change.after['user_id'] === ADMIN_KEY // prettier-ignore
  await told.until((changes) => kinds.every((kind) => changes.some(isToldOf(kind))))
  const { results } = (
    await call('GET /actions/notification-search?is_read__eq=false&limit=100', { as })
  ).json<{ results: { item: { kind: string } }[] }>()
  t.same([...new Set(results.map(({ item }) => item.kind))].toSorted(), kinds)
  const json = { username: 'olena', password: 'Password123!' }
  t.equal((await call('POST /actions/login', { json })).statusCode, 200)
  const old = await rowsOf(
    `select count(*)::int from message where conversation_id is not null and created_at < now() - interval '7 days'`,
  )
  t.same(old, [[0]], 'it is of these days')
})

t.test('pictures are kept as uploaded ones, and shown', async (t) => {
  const messenger = await open(t)
  const { access_token } = await messenger.login('admin')
  const admin = messenger.as(access_token)
  const { results } = await messenger.stores.store('attachment').search({ limit: 100 })
  const photos = results.filter(({ item }) => item.purpose === 'message')
  t.equal(results.length - photos.length, ACTORS.length, 'everybody has an avatar')
  t.ok(photos.length >= 4)
  for (const { key, item } of results) {
    const served = await admin.send('GET', `/media/${key}`)
    t.equal(served.status, 200, item.name)
    const { format, width, height, exif } = await sharp(await served.arrayBuffer()).metadata()
    t.same([format, width, height, exif], ['jpeg', item.width, item.height, undefined])
    const small = await admin.send('GET', `/media/${key}/thumbnail`)
    t.equal((await sharp(await small.arrayBuffer()).metadata()).format, 'webp')
  }
})
