/** Tests people-search.ts: who is found, in which order, and that what is hidden changes neither. */
import t from 'tap'
import { createPeopleSearch } from '../../app/people-search.ts'
import { all } from '../../app/resources/all.ts'
import { ANONYMOUS } from '../../framework/index.ts'
import { callerOf, openTestStores } from '../kit/stores.ts'
import { makeUser } from '../kit/users.ts'

const stores = await openTestStores(t, all)
const { store, database } = stores
const { find } = createPeopleSearch(database)
const names = new Map<string, string>()
const make = async (username: string, profile: object = {}): Promise<string> => {
  const key = await makeUser({ store }, { username, ...profile })
  names.set(key, username)
  return key
}
const me = await make('seeker')
const found = async (query: string, { caller = callerOf(me), limit = 20 } = {}) =>
  (await find(query, caller, limit)).map((key) => names.get(key) ?? 'the seeker')

await make('tim')
await make('timothy')
await make('bigtim')
await make('a-lamp', { full_name: 'Jonathan Example' })
await make('b-lamp', { full_name: 'Łukasz 100% Sure_1' })
await make('c-lamp', { full_name: '田中さん' })

t.test(
  'the same comes first, then what begins so, what holds it, and what is like it',
  async (t) => {
    t.same(await found('tim'), ['tim', 'timothy', 'bigtim'])
    t.same(await found('TIM', { limit: 2 }), ['tim', 'timothy'])
    t.same((await found('timohty'))[0], 'timothy')
    t.same(await found('jonatan'), ['a-lamp'])
    t.same(await found('Jonathan Exmaple'), ['a-lamp'])
    t.same(await found('nobody like this'), [])
  },
)

t.test('signs and other letters are what they are', async (t) => {
  t.same(await found('100%'), ['b-lamp'])
  t.same(await found('Łukasz'), ['b-lamp'])
  t.same(await found('田中'), ['c-lamp'])
  for (const query of ['%%', '__', "'; drop", '\\\\', '"(']) t.same(await found(query), [], query)
})

t.test('a name that is hidden is as good as none', async (t) => {
  const before = await found('example')
  const hidden = await make('zed', { full_name: 'Example', full_name_visibility: 'nobody' })
  t.same(await found('example'), before)
  await store('user').update(hidden, { full_name_visibility: 'friends' })
  t.same(await found('example'), before)
  t.same(await found('example', { caller: ANONYMOUS }), before)
  t.same(await found('example', { caller: callerOf(hidden) }), ['zed', ...before])
  t.same(await found('example', { caller: callerOf(me, 'admin') }), ['zed', ...before])
  await store('friendship').create({ user_id: me, other_id: hidden, state: 'friends' })
  t.same(await found('example'), ['zed', ...before])
  // Where the username is found, a hidden full name moves it nowhere.
  await make('lamp-one')
  const order = await found('lamp')
  const lamp = await make('the-lamp', { full_name: 'Lamp', full_name_visibility: 'nobody' })
  const withIt = await found('lamp')
  await store('user').update(lamp, { full_name: null })
  t.same(await found('lamp'), withIt)
  t.same(
    withIt.filter((name) => name !== 'the-lamp'),
    order,
  )
})

t.test('who has blocked the caller is not found', async (t) => {
  const [key = ''] = await find('timothy', callerOf(me), 1)
  await store('friendship').create({ user_id: key, other_id: me, state: 'blocked' })
  t.same(await found('tim'), ['tim', 'bigtim'])
  t.same(await found('tim', { caller: callerOf(me, 'admin') }), ['tim', 'timothy', 'bigtim'])
})

t.test('many are found by the index', async (t) => {
  const plan = await database.transaction(async (transaction) => {
    const run = (text: string) => transaction.query({ text, values: [] })
    for (const way of ['seqscan', 'indexscan', 'indexonlyscan']) {
      await run(`set local enable_${way} = off`)
    }
    const like = `lower(u.username collate "C")`
    const { rows } = await run(
      `explain select from "user" u where ${like} %> 'tim' or ${like} like '%tim%'`,
    )
    return rows.join('\n')
  })
  t.match(plan, /user_username_trigram_idx/)
})
