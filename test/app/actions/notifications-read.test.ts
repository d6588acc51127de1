/** Tests notifications-read.ts by requests. */
import t from 'tap'
import { openTestMessenger } from '../../kit/messenger.ts'
import { cell, execute } from '../../kit/sql.ts'

const messenger = await openTestMessenger(t)
const { call, stores } = messenger
const [tim, ann] = [await messenger.signUp('tim'), await messenger.signUp('ann')]
const about = { kind: 'reply', actor_id: null, conversation_id: null, message_id: null } as const
const make = async (user_id: string) =>
  (await stores.store('notification').create({ ...about, user_id })).key
const read = (as: string | undefined, json: object) =>
  call('POST /actions/notifications-read', { as, json })

t.test('some or all of one’s own are marked, and none of others', async (t) => {
  const [first, , foreign] = [await make(tim.key), await make(tim.key), await make(ann.key)]
  t.equal((await read(undefined, {})).statusCode, 401)
  for (const ids of [['x'], 'all', null, Array.from({ length: 101 }, () => first)]) {
    t.equal((await read(tim.token, { ids })).statusCode, 400)
  }
  t.same((await read(tim.token, { ids: [] })).json(), { changed: 0 })
  t.same((await read(tim.token, { ids: [first, foreign] })).json(), { changed: 1 })
  t.same((await read(tim.token, { ids: [first] })).json(), { changed: 0 }, 'again')
  t.same((await read(tim.token, {})).json(), { changed: 1 })
  t.match(await stores.store('notification').read(foreign), { item: { is_read: false } })
})

t.test('all of very many are marked some at a time', async (t) => {
  const { key, token } = await messenger.signUp('eve')
  await execute(
    stores.database,
    `insert into notification (id, user_id, kind, is_read, created_at)
     select gen_random_uuid(), '${key}', 'reply', false, now() from generate_series(1, 1100)`,
  )
  const count = 'select count(distinct xmin::text)::int from notification where is_read and user_id'
  t.same((await read(token, {})).json(), { changed: 1100 })
  t.equal(await cell(stores.database, `${count} = '${key}'`), 2, 'transactions')
  t.same((await read(token, {})).json(), { changed: 0 })
})
