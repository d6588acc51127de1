/** People search from outside: what is found comes with what it is to the caller, and as its owner shows it. */
import t from 'tap'
import { openTestMessenger, type Person } from '../kit/messenger.ts'

const messenger = await openTestMessenger(t)
const { call } = messenger
const [tim, ann] = [await messenger.signUp('tim'), await messenger.signUp('ann')]
const bob = await messenger.signUp('bob', { full_name: 'Roberta Lampenschein' })

interface Found {
  readonly key: string
  readonly item: { readonly username: string; readonly friendship: { state: string } | null }
}

async function search(query: string, as: Person): Promise<readonly Found[]> {
  const answer = await call('POST /actions/search-people', { as: as.token, json: { query } })
  t.equal(answer.statusCode, 200, answer.body)
  return answer.json<{ results: readonly Found[] }>().results
}

const act = (name: string, who: Person, user_id: string) =>
  call(`POST /actions/${name}`, { as: who.token, json: { user_id } })

const show = (full_name_visibility: string) =>
  call(`PATCH /actions/user/${bob.key}`, {
    as: bob.token,
    json: { item: { full_name_visibility } },
  })

t.test(
  'a name that is a little wrong is found, with what the person is to the caller',
  async (t) => {
    const [found] = await search('Lampenshcein', tim)
    t.match(found, { key: bob.key, item: { username: 'bob', friendship: null } })
    await act('friend-request', tim, bob.key)
    t.match(await search('roberta', tim), [{ item: { friendship: { state: 'requested' } } }])
    t.match(await search('roberta', ann), [{ item: { friendship: null } }], 'to the caller alone')
  },
)

t.test('a full name finds for whom it is shown, and is in no answer else', async (t) => {
  for (const [visibility, isShown] of [
    ['nobody', false],
    ['friends', false],
    ['everyone', true],
  ] as const) {
    await show(visibility)
    t.equal((await search('roberta lampenschein', tim)).length, isShown ? 1 : 0, visibility)
    t.equal((await search('roberta lampenschein', bob)).length, 1, 'oneself')
    const [byName] = await search('bob', tim)
    t.equal('full_name' in (byName?.item ?? {}), isShown)
  }
  await show('friends')
  await act('friend-accept', bob, tim.key)
  t.match(await search('roberta', tim), [{ item: { full_name: 'Roberta Lampenschein' } }])
  t.same(await search('roberta', ann), [])
})

t.test('who has blocked somebody is not found by it, and found again afterwards', async (t) => {
  await show('everyone')
  t.equal((await search('roberta', tim)).length, 1)
  await act('person-block', bob, tim.key)
  for (const query of ['roberta', 'bob']) t.same(await search(query, tim), [], query)
  t.equal((await search('roberta', ann)).length, 1)
  t.match(await search('tim', bob), [{ item: { friendship: { state: 'blocked' } } }])
  await act('person-unblock', bob, tim.key)
  t.equal((await search('roberta', tim)).length, 1)
})

t.test('who is blocked by admins is found as before: that is for admins to know', async (t) => {
  const admin = (await messenger.login('admin')).access_token
  const before = await search('ann', tim)
  const json = { item: { blocked: true } }
  await call(`PATCH /actions/user/${ann.key}`, { as: admin, json })
  const keys = (found: readonly Found[]) => found.map(({ key }) => key)
  t.same(keys(await search('ann', tim)), keys(before))
})
