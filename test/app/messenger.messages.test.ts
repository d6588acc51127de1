/** Messages of conversations and of the public room, by requests: numbers, answers, edits, deletes, reactions, pages, searches. */
import t from 'tap'
import { all } from '../../app/resources/all.ts'
import { where } from '../../framework/index.ts'
import { openTestMessenger, type Person } from '../kit/messenger.ts'
import { talkIn, type Told } from '../kit/talk.ts'
import { openMediaMessenger } from '../kit/uploads.ts'

const messenger = await openTestMessenger(t)
const { call, stores } = messenger
const talk = talkIn(messenger)
const [tim, ann, eve] = [
  await messenger.signUp('tim'),
  await messenger.signUp('ann'),
  await messenger.signUp('eve'),
]
const create = (as: string | undefined, item: object) =>
  call('POST /actions/message', { as, json: { item } })
const edit = (key: string, as: string | undefined, text: string) =>
  call(`PATCH /actions/message/${key}`, { as, json: { item: { text } } })
const page = async (query: string, as: string) =>
  (await call(`GET /actions/${query}`, { as })).json<{
    results: readonly Told[]
    next_page_key: string | null
  }>()

t.test('messages of a conversation are numbered from 1, and move it up', async (t) => {
  const { key } = await talk.group(tim.token, ann.token)
  const first = await talk.say(key, tim.token)
  const second = await talk.say(key, ann.token)
  t.match(first.item, { number: 1, conversation_id: key, author_id: tim.key, edited_at: null })
  t.match(second, { item: { number: 2, author_id: ann.key }, updatable: true, deletable: true })
  const talkOfTim = await call(`GET /actions/conversation/${key}`, { as: tim.token })
  const { item } = talkOfTim.json<Told>()
  t.equal(item['message_count'], 2)
  t.ok(String(item['last_message_at']) >= String(item['created_at']))
  const { body } = await call(`GET /actions/conversation/${key}/members`, { as: tim.token })
  const { results } = JSON.parse(body) as { results: readonly Told[] }
  const readBy = results.map(({ item: { user_id, read_number } }) => ({ user_id, read_number }))
  const expected = [
    { user_id: tim.key, read_number: 1 },
    { user_id: ann.key, read_number: 2 },
  ]
  t.same(new Set(readBy), new Set(expected), 'who writes has read so far')
})

t.test('numbers have no gap and no double, however many write at a time', async (t) => {
  const { key } = await talk.group(tim.token, ann.token)
  const writing = Array.from({ length: 20 }, (_, at) =>
    create(at % 2 === 0 ? tim.token : ann.token, { text: String(at), conversation_id: key }),
  )
  // Refused ones use up no number.
  const refused = [create(tim.token, { text: 'x'.repeat(4001), conversation_id: key }), create(eve.token, { text: 'x', conversation_id: key })] // prettier-ignore
  const answers = await Promise.all(writing)
  const numbers = answers.map((one) => Number(one.json<Told>().item['number']))
  t.same(
    numbers.toSorted((a, b) => a - b),
    Array.from({ length: 20 }, (_, at) => at + 1),
  )
  t.same(
    (await Promise.all(refused)).map(({ statusCode }) => statusCode),
    [400, 400],
  )
  t.equal((await stores.store('conversation').readOrThrow(key)).item.message_count, 20)
})

t.test('the public room is as it was: no numbers, one statement, anyone reads', async (t) => {
  const { item } = await talk.say(null, tim.token)
  t.match(item, { conversation_id: null, number: null, attachment_ids: [], deleted_at: null })
  const key = await messenger.write('Hello', tim.token)
  t.equal((await call(`GET /actions/message/${key}`)).statusCode, 200)
  t.equal((await call(`DELETE /actions/message/${key}`, { as: tim.token })).statusCode, 204)
  t.equal((await call(`GET /actions/message/${key}`)).statusCode, 404, 'nothing stays')
})

t.test('who is no member writes nowhere, and is told of nothing', async (t) => {
  const { key } = await talk.group(tim.token)
  const absent = '01980000-0000-7000-8000-000000000000'
  for (const conversation_id of [key, absent]) {
    const { body } = await create(eve.token, { text: 'x', conversation_id })
    t.match(JSON.parse(body), {
      status: 400,
      errors: [{ pointer: '/item/conversation_id', detail: 'is not the key of a conversation' }],
    })
  }
  t.equal((await create(undefined, { text: 'x', conversation_id: key })).statusCode, 401)
  for (const conversation_id of ['x', 5, {}, [], key.toUpperCase()]) {
    t.equal((await create(tim.token, { text: 'x', conversation_id })).statusCode, 400)
  }
  for (const item of [
    { number: 1 },
    { edited_at: null },
    { deleted_at: null },
    { author_id: ann.key },
  ]) {
    const made = await create(tim.token, { text: 'x', conversation_id: key, ...item })
    t.equal(made.statusCode, 400, JSON.stringify(item))
  }
})

t.test('texts are of any script, and 4,000 characters long', async (t) => {
  const { key } = await talk.group(tim.token)
  for (const text of ['👨‍👩‍👧‍👦 🏴󠁧󠁢󠁥󠁮󠁧󠁿 ❤️', 'שלום, 世界', '\u0915\u094d\u0937', '😀'.repeat(4000)]) {
    t.equal((await talk.say(key, tim.token, { text })).item['text'], text)
  }
  for (const text of ['😀'.repeat(4001), '', 'a\u0000b', '\ud800']) {
    t.equal((await create(tim.token, { text, conversation_id: key })).statusCode, 400)
  }
  for (const attachment_ids of [[tim.key], ['x'], null, 'x', [1]]) {
    for (const text of ['', 'x']) {
      t.equal(
        (await create(tim.token, { text, conversation_id: key, attachment_ids })).statusCode,
        400,
      )
    }
  }
})

t.test('an answer is to a message of the same conversation', async (t) => {
  const [here, there] = [await talk.group(tim.token, ann.token), await talk.group(tim.token)]
  const [asked, other, open] = [
    await talk.say(here.key, ann.token),
    await talk.say(there.key, tim.token),
    await talk.say(null, ann.token),
  ]
  const answer = await talk.say(here.key, tim.token, { reply_to_id: asked.key })
  const { body } = await call(`GET /actions/message/${answer.key}?include=reply_to`, {
    as: ann.token,
  })
  t.match(JSON.parse(body), { item: { reply_to: { id: asked.key } } })
  t.equal(
    (await talk.say(null, eve.token, { reply_to_id: open.key })).item['reply_to_id'],
    open.key,
  )
  const absent = '01980000-0000-7000-8000-000000000000'
  const told = new Set<string>()
  for (const [conversation_id, reply_to_id] of [
    [here.key, other.key],
    [here.key, open.key],
    [here.key, absent],
    [null, asked.key],
    [null, absent],
  ]) {
    const refused = await create(tim.token, { text: 'x', conversation_id, reply_to_id })
    t.match(refused.json(), { status: 400, errors: [{ pointer: '/item/reply_to_id' }] })
  }
  for (const reply_to_id of [asked.key, absent]) {
    told.add((await create(eve.token, { text: 'x', conversation_id: here.key, reply_to_id })).body)
  }
  t.equal(told.size, 1, 'a stranger is told the same of what is there and what is not')
})

t.test('what is edited says so, and its author alone reads what it said before', async (t) => {
  const { key: room } = await talk.group(tim.token, ann.token)
  const { key } = await talk.say(room, tim.token, { text: 'one' })
  t.match((await edit(key, tim.token, 'one')).json(), { item: { text: 'one', edited_at: null } })
  t.match((await edit(key, tim.token, 'two')).json(), { item: { text: 'two', edited_at: /Z$/ } })
  await edit(key, tim.token, 'three')
  t.equal((await edit(key, tim.token, '')).statusCode, 400)
  t.equal((await edit(key, ann.token, 'four')).statusCode, 403)
  t.equal((await edit(key, eve.token, 'four')).statusCode, 404)
  const stale = await call(`PATCH /actions/message/${key}`, {
    as: tim.token,
    json: { item: { text: 'five' }, precondition: { text: { eq: 'one' } } },
  })
  t.equal(stale.statusCode, 412)
  const versions = async (as: string) =>
    (await page(`message/${key}/versions?search_order=created_at`, as)).results.map(
      ({ item }) => item['text'],
    )
  t.same(await versions(tim.token), ['one', 'two'], 'what was refused left none')
  t.same(await versions(ann.token), [])
  t.equal((await call('GET /actions/message-version-count', { as: ann.token })).body, '{"count":0}')
  const made = await call('POST /actions/message-version', {
    as: tim.token,
    json: { item: { message_id: key, text: 'x' } },
  })
  t.equal(made.statusCode, 404, 'nobody makes one')
  const open = await talk.say(null, tim.token, { text: 'open' })
  t.match((await edit(open.key, tim.token, 'wide')).json(), { item: { edited_at: /Z$/ } })
})

t.test('edits at one time keep every text', async (t) => {
  const { key: room } = await talk.group(tim.token)
  const { key } = await talk.say(room, tim.token, { text: '0' })
  const texts = ['1', '2', '3', '4', '5']
  await Promise.all(texts.map((text) => edit(key, tim.token, text)))
  const { results } = await stores.store('message_version').search({ limit: 100 })
  const kept = results.filter(({ item }) => item.message_id === key).map(({ item }) => item.text)
  const last = (await stores.store('message').readOrThrow(key)).item.text
  t.same([...kept, last].toSorted(), ['0', ...texts])
})

t.test('what is deleted in a conversation leaves its number and nothing else', async (t) => {
  const { key: room } = await talk.group(tim.token, ann.token)
  const { key } = await talk.say(room, tim.token, { text: 'one' })
  await edit(key, tim.token, 'two')
  const reaction = { message_id: key, emoji: '👍' }
  await call('POST /actions/message-reaction', { as: ann.token, json: { item: reaction } })
  const remove = (as: string, json: object = {}) =>
    call(`DELETE /actions/message/${key}`, { as, json })
  t.equal((await remove(eve.token)).statusCode, 404)
  t.equal((await remove(ann.token)).statusCode, 403)
  const headers = { 'if-match': '"another"' }
  const stale = await call(`DELETE /actions/message/${key}`, { as: tim.token, headers })
  t.equal(stale.statusCode, 412)
  t.equal((await remove(tim.token)).statusCode, 204)
  const told = (await call(`GET /actions/message/${key}`, { as: ann.token })).json<Told>()
  t.match(told.item, { text: '', number: 1, deleted_at: /Z$/, author_id: tim.key })
  t.equal((await remove(tim.token)).statusCode, 403, 'it is gone already')
  t.equal((await edit(key, tim.token, 'back')).statusCode, 403)
  t.same(await talk.keys(`message/${key}/versions`, tim.token), [])
  t.same(await talk.keys(`message/${key}/reactions`, tim.token), [])
  const late = await call('POST /actions/message-reaction', {
    as: ann.token,
    json: { item: reaction },
  })
  t.equal(late.statusCode, 403)
  t.equal((await talk.say(room, ann.token, { reply_to_id: key })).item['number'], 2)
})

t.test('a message is deleted once, and no reaction stays behind', async (t) => {
  const { key: room } = await talk.group(tim.token, ann.token)
  for (let round = 1; round <= 8; round += 1) {
    const { key } = await talk.say(room, tim.token)
    const removing = [1, 2].map(() => call(`DELETE /actions/message/${key}`, { as: tim.token }))
    const reacting = ['👍', '🎉', '😀', '🚀'].map((emoji) =>
      call('POST /actions/message-reaction', {
        as: ann.token,
        json: { item: { message_id: key, emoji } },
      }),
    )
    const [answers] = await Promise.all([Promise.all(removing), Promise.all(reacting)])
    const statuses = answers.map(({ statusCode }) => statusCode)
    t.same(
      statuses.toSorted((a, b) => a - b),
      [204, 403],
    )
    const isOfIt = where(all, 'message_reaction', (row) => row.message_id.eq(key))
    t.equal(await stores.store('message_reaction').count(isOfIt), 0)
  }
})

t.test('reactions are one emoji of one user each, taken back by that user', async (t) => {
  const { key: room } = await talk.group(tim.token, ann.token)
  const { key: message_id } = await talk.say(room, tim.token)
  const react = (as: string | undefined, item: object) =>
    call('POST /actions/message-reaction', { as, json: { item } })
  for (const emoji of ['', 'a', '👍👍', '👍a', '1', '#', ' ', '🇦🇹🇩🇪', 'x'.repeat(99), 1, null]) {
    t.match((await react(ann.token, { message_id, emoji })).json(), { status: 400 }, String(emoji))
  }
  t.equal((await react(undefined, { message_id, emoji: '👍' })).statusCode, 401)
  t.match((await react(eve.token, { message_id, emoji: '👍' })).json(), {
    status: 400,
    errors: [{ pointer: '/item/message_id', detail: 'is not the key of a message' }],
  })
  for (const item of [{ user_id: tim.key }, { conversation_id: null }]) {
    t.equal((await react(ann.token, { message_id, emoji: '👍', ...item })).statusCode, 400)
  }
  for (const emoji of ['👍🏽', '🇦🇹', '👨‍👩‍👧‍👦', '❤️', '1️⃣', '🏴󠁧󠁢󠁥󠁮󠁧󠁿']) {
    const made = (await react(ann.token, { message_id, emoji })).json<Told>()
    t.match(made, { item: { emoji, user_id: ann.key, conversation_id: room }, deletable: true })
  }
  t.equal((await react(ann.token, { message_id, emoji: '❤️' })).statusCode, 409)
  t.equal((await react(tim.token, { message_id, emoji: '❤️' })).statusCode, 201)
  const [own] = await talk.keys(`message-reaction-search?user_id__eq=${ann.key}`, tim.token)
  const line = `DELETE /actions/message-reaction/${own ?? ''}`
  t.equal((await call(line, { as: tim.token })).statusCode, 403)
  t.equal((await call(line, { as: eve.token })).statusCode, 404)
  t.equal((await call(line, { as: ann.token })).statusCode, 204)
  const open = await talk.say(null, tim.token)
  t.equal((await react(eve.token, { message_id: open.key, emoji: '👍' })).statusCode, 201)
  t.equal((await talk.keys(`message/${open.key}/reactions`, undefined)).length, 1)
})

t.test('history comes in pages, backwards, forwards and from a day on', async (t) => {
  const { key } = await talk.group(tim.token)
  const made: string[] = []
  for (let at = 1; at <= 7; at += 1) made.push((await talk.say(key, tim.token)).key)
  const of = `message-search?conversation_id__eq=${key}`
  t.same(await talk.keys(`${of}&number__lt=6&search_order=-number&limit=2`, tim.token), [made[4], made[3]]) // prettier-ignore
  t.same(await talk.keys(`${of}&number__gt=5&search_order=number`, tim.token), made.slice(5))
  const first = await page(`${of}&search_order=-number&limit=5`, tim.token)
  const rest = await talk.keys(
    `${of}&search_order=-number&limit=5&page_key=${first.next_page_key ?? ''}`,
    tim.token,
  )
  t.same([...first.results.map((one) => one.key), ...rest], made.toReversed())
  const { item } = (await call(`GET /actions/message/${made[3] ?? ''}`, { as: tim.token })).json<Told>() // prettier-ignore
  const day = `${of}&created_at__gte=${String(item['created_at'])}&search_order=number`
  t.ok((await talk.keys(day, tim.token)).includes(made[3] ?? ''))
  const outside = await talk.keys('message-search?conversation_id__exists=false', tim.token)
  t.notOk(outside.some((one) => made.includes(one)))
})

t.test('the files of a conversation come in pages, the newest first, to its members', async (t) => {
  const media = await openMediaMessenger(t)
  const [tim, ann] = [await media.signUp('tim'), await media.signUp('ann')]
  const eve = await media.signUp('eve')
  const { group, say } = talkIn(media)
  const upload = async ({ token }: Person): Promise<string> =>
    (await media.as(token).upload(Buffer.from('A lamp'), { filename: 'lamp.txt' })).id
  const [first, second, third] = [await upload(tim), await upload(ann), await upload(tim)]
  const [fourth, fifth] = [await upload(tim), await upload(tim)]
  const { key } = await group(tim.token, ann.token)
  // In another order than they were uploaded in.
  await say(key, tim.token, { text: '', attachment_ids: [fifth, first] })
  await say(key, ann.token, { attachment_ids: [second] })
  await say(key, tim.token, { attachment_ids: [fourth, third] })
  // These are none of it.
  for (const place of [(await group(tim.token)).key, null]) {
    await say(place, tim.token, { attachment_ids: [await upload(tim)] })
  }
  await upload(ann)
  const ask = (as: string | undefined, query: string) =>
    media.call(`GET /actions/${query}&search_order=-created_at&limit=2`, { as })
  const ofLink = `conversation/${key}/attachments?`
  const ofSearch = `attachment-search?conversation_id__eq=${key}`
  const files = [first, second, third, fourth, fifth]
  for (const way of [ofLink, ofSearch]) {
    const pages: (readonly Told[])[] = []
    let next: string | null = ''
    while (next !== null && pages.length < files.length) {
      const answer = await ask(ann.token, next === '' ? way : `${way}&page_key=${next}`)
      const page: { results: Told[]; next_page_key: string | null } = answer.json()
      pages.push(page.results)
      next = page.next_page_key
    }
    const lengths = pages.map(({ length }) => length)
    t.same(lengths, [2, 2, 1], way)
    const rows = pages.flat()
    t.same(rows.map((one) => one.key).toSorted(), files.toSorted(), 'each of them once')
    const times = rows.map(({ item }) => String(item['created_at']))
    t.same(times, times.toSorted().toReversed(), 'the newest first')
  }
  t.equal((await ask(undefined, ofLink)).statusCode, 401)
  t.equal((await ask(eve.token, ofLink)).statusCode, 404)
  for (const as of [eve.token, undefined]) {
    t.match((await ask(as, ofSearch)).json(), { results: [], next_page_key: null })
    t.same((await media.call(`GET /actions/attachment-count?conversation_id__eq=${key}`, { as })).json(), { count: 0 }) // prettier-ignore
  }
})

t.test('messages are found by words, the best first, where one may read', async (t) => {
  const { key: room } = await talk.group(tim.token, ann.token)
  const say = async (conversation: string | null, text: string) =>
    (await talk.say(conversation, tim.token, { text })).key
  const once = await say(room, 'A zebra stood here, among many other animals of the zoo.')
  const twice = await say(room, 'Zebra, zebra!')
  const open = await say(null, 'A zebra in public')
  const find = async (as: string, input: object) =>
    (await talk.act('search_messages', as, input)).json<{
      results: readonly Told[]
      next_page: number | null
    }>()
  const keys = async (as: string, input: object) =>
    (await find(as, input)).results.map((one) => one.key)
  t.same((await keys(ann.token, { query: 'zebra' }))[0], twice)
  t.same((await keys(ann.token, { query: 'zebra' })).toSorted(), [once, twice, open].toSorted())
  t.same(await keys(eve.token, { query: 'zebra' }), [open])
  t.same(await keys(eve.token, { query: 'zebra', conversation_id: room }), [])
  t.same(
    await keys(ann.token, { query: 'stood zeb', conversation_id: room }),
    [once],
    'a beginning',
  )
  t.same(await keys(ann.token, { query: '"zebra in"' }), [open], 'a phrase')
  t.same(await keys(ann.token, { query: 'zebra -animals', conversation_id: room }), [twice])
  for (const query of [
    '!!!',
    "' or 1=1",
    ':*',
    '\\',
    '-',
    '"',
    'zebra:*|',
    '%',
    'the & |',
    '\u{1F600}',
  ]) {
    t.equal((await talk.act('search_messages', ann.token, { query })).statusCode, 200, query)
  }
  const first = await find(ann.token, { query: 'zebra', limit: 2 })
  t.equal(first.next_page, 2)
  const second = await find(ann.token, { query: 'zebra', limit: 2, page: 2 })
  t.same([...first.results, ...second.results].length, 3)
  t.equal(second.next_page, null)
  await call(`DELETE /actions/message/${twice}`, { as: tim.token })
  t.same(await keys(ann.token, { query: 'zebra', conversation_id: room }), [once])
  t.equal((await talk.act('search_messages', undefined, { query: 'zebra' })).statusCode, 401)
})
