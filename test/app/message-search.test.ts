/** Tests message-search.ts; by requests in messenger.messages.test.ts. */
import t from 'tap'
import { InvalidError } from '../../framework/index.ts'
import { findMessages } from '../../app/message-search.ts'
import { openTestDomain, type TestDomain } from '../kit/domain.ts'
import { START } from '../kit/stores.ts'

t.test('words are found in what is public and in one’s own, page by page', async (t) => {
  const { stores, person, group } = await openTestDomain(t)
  const [tim, ann] = [await person('tim'), await person('ann')]
  const own = await group(tim)
  const say = async (text: string, conversation_id: string | null = null) =>
    (await stores.store('message').create({ text, author_id: tim, conversation_id })).key
  const one = await say('A green lamp')
  const two = await say('Lamp, lamp, lamp', own)
  await say('A red chair')
  const find = finderIn(stores)
  t.same(await find(tim, 'lamp'), { keys: [two, one], hasMore: false })
  t.same(await find(ann, 'lamp'), { keys: [one], hasMore: false })
  t.same(await find(tim, 'green la'), { keys: [one], hasMore: false })
  t.same(await find(tim, 'lamp', 1, 1), { keys: [two], hasMore: true })
  t.same(await find(tim, 'lamp', 2, 1), { keys: [one], hasMore: false })
  t.same(await find(tim, '...'), { keys: [], hasMore: false })
  t.same(await find(tim, 'lamp '), { keys: [two, one], hasMore: false })
})

t.test('phrases, what is left out, and either of two', async (t) => {
  const { stores, person } = await openTestDomain(t)
  const [tim, find] = [await person('tim'), finderIn(stores)]
  const said = new Map<string, string>()
  for (const text of [
    'the green lamp',
    'a lamp, green',
    'the red lamp',
    'a green chair',
    "it's <-> me",
  ]) {
    const { key } = await stores.store('message').create({ text, author_id: tim })
    said.set(key, text)
  }
  const textsOf = async (query: string) =>
    (await find(tim, query)).keys.map((key) => said.get(key)).toSorted()
  t.same(await textsOf('"green lamp"'), ['the green lamp'])
  t.same(await textsOf('lamp -"green lamp"'), ['a lamp, green', 'the red lamp'])
  t.same(await textsOf('lamp -green'), ['the red lamp'])
  t.same(await textsOf('"green lamp" or chair'), ['a green chair', 'the green lamp'])
  t.same(await textsOf('"red lamp" -green'), ['the red lamp'])
  t.same(await textsOf(`"it's <-> me"`), ["it's <-> me"])
  for (const query of ['-lamp', '-lamp -chair', '-"green lamp"', 'lamp or -chair'])
    await t.rejects(find(tim, query), InvalidError, query)
})

t.test('of very many the newest are looked at, and the best of them come first', async (t) => {
  const { stores, person } = await openTestDomain(t)
  const [tim, find] = [await person('tim'), finderIn(stores)]
  const create = stores.store('message').create
  const { key: old } = await create({ text: 'lamp lamp lamp rare', author_id: tim })
  const values = `gen_random_uuid(), 'a lamp', author_id, '[]', created_at + n * interval '1 second', updated_at`
  await stores.transactions.transaction((transaction) =>
    stores.queryable(transaction).query({
      text: `insert into message (id, text, author_id, attachment_ids, created_at, updated_at)
        select ${values} from message, generate_series(1, 2500) as n`,
      values: [],
    }),
  )
  const created_at = new Date(START + 86_400_000).toISOString()
  const { key: best } = await create(
    { text: 'lamp lamp', author_id: tim },
    { sets: { created_at } },
  )
  const first = await find(tim, 'lamp', 1, 50)
  t.equal(first.keys[0], best)
  t.notOk(first.keys.includes(old))
  t.same((await find(tim, 'rare')).keys, [old], 'few are all looked at')
  const seen = new Set(first.keys)
  for (let page = 2; page <= 41; page += 1) {
    const { keys, hasMore } = await find(tim, 'lamp', page, 50)
    for (const key of keys) seen.add(key)
    t.equal(hasMore, page < 40, String(page))
  }
  t.equal(seen.size, 2000, 'pages are parts of one order')
})

t.test('however much is public, one’s own is found', async (t) => {
  const { stores, person, group } = await openTestDomain(t)
  const [tim, find] = [await person('tim'), finderIn(stores)]
  const conversation_id = await group(tim)
  const said = { text: 'lamp lamp', author_id: tim, conversation_id }
  const { key: own } = await stores.store('message').create(said)
  await stores.transactions.transaction((transaction) =>
    stores.queryable(transaction).query({
      text: `insert into message (id, text, author_id, attachment_ids, created_at, updated_at)
        select gen_random_uuid(), 'a lamp', author_id, '[]', created_at + n * interval '1 second', updated_at
        from message, generate_series(1, 2100) as n`,
      values: [],
    }),
  )
  t.equal((await find(tim, 'lamp')).keys[0], own)
})

t.test('a last word with marks of its own may be a beginning', async (t) => {
  const { stores, person } = await openTestDomain(t)
  const [tim, find] = [await person('tim'), finderIn(stores)]
  const { key } = await stores.store('message').create({ text: 'नमस्ते दोस्तों', author_id: tim })
  t.same((await find(tim, 'नमस्ते दोस्')).keys, [key])
})

function finderIn(stores: TestDomain['stores']) {
  return (me: string, query: string, page = 1, limit = 10) =>
    stores.transactions.transaction((transaction) =>
      findMessages(stores, { me, query, conversation: undefined, limit, page }, transaction),
    )
}
