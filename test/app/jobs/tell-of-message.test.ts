/** Tests tell-of-message.ts: which messages set it off, and who is told of what; live in messenger.notifications.test.ts. */
import t, { type Test } from 'tap'
import { tellOfMessageJob } from '../../../app/jobs/tell-of-message.ts'
import { tellOfUnreadJob } from '../../../app/jobs/tell-of-unread.ts'
import type { WireItem } from '../../../framework/index.ts'
import { openTestDomain } from '../../kit/domain.ts'
import { runJob } from '../../kit/jobs.ts'
import { setOffBy } from '../../kit/mail-jobs.ts'
import { numberedId } from '../../kit/stores.ts'

/** People, and what they are told when somebody writes. */
async function open(t: Test) {
  const domain = await openTestDomain(t)
  const { stores } = domain
  const tellOfUnread = tellOfUnreadJob(domain)
  const job = tellOfMessageJob({ ...domain, tellOfUnread })
  let number = 0
  const run = async (key: string): Promise<void> => {
    const sent: string[] = []
    const send = async () => sent.push(key) > 0
    await runJob(job, { resource: 'message', operation: 'create', key }, 1, { send })
    for (const message of sent) await runJob(tellOfUnread, { message })
  }
  /** @returns the key of the message, of which everybody has been told */
  const say = async (item: {
    readonly author_id: string
    readonly text?: string
    readonly conversation_id?: string
    readonly reply_to_id?: string
    readonly deleted_at?: string
  }): Promise<string> => {
    const placed = item.conversation_id === undefined ? {} : { number: (number += 1) }
    const { key } = await stores.store('message').create({ text: 'Hello', ...item, ...placed })
    await run(key)
    return key
  }
  /** What has come since it was asked last, as 'kind name'. */
  const news = async (names: Readonly<Record<string, string>>): Promise<readonly string[]> => {
    const store = stores.store('notification')
    const { results } = await store.search()
    for (const { key } of results) await store.delete(key)
    const nameOf = (user: string) => Object.keys(names).find((name) => names[name] === user)
    return results.map(({ item }) => `${item.kind} ${nameOf(item.user_id) ?? '?'}`).toSorted()
  }
  /** Changes a message, and tells of it. */
  const edit = async (key: string, before: string, text: string): Promise<void> => {
    await stores.store('message').update(key, { text })
    const change = { resource: 'message', operation: 'update', key } as const
    await runJob(job, { ...change, before: { text: before }, after: { text } })
  }
  return { ...domain, job, run, say, edit, news }
}

t.test('it is set off by messages that may be for somebody', async (t) => {
  const { job } = await open(t)
  const isSetOff = (after: WireItem) =>
    setOffBy(job, { resource: 'message', operation: 'create', before: undefined, after })
  const plain = { text: 'Hello', conversation_id: null, reply_to_id: null }
  t.equal(isSetOff(plain)[0], false)
  t.equal(isSetOff({ ...plain, text: 'Hello @tim' })[0], true)
  t.equal(isSetOff({ ...plain, conversation_id: numberedId(1) })[0], true)
  t.equal(isSetOff({ ...plain, reply_to_id: numberedId(1) })[0], true)
  const isSetOffByEdit = (before: string, text: string) =>
    setOffBy(job, {
      resource: 'message',
      operation: 'update',
      before: { text: before },
      after: { text },
    })[1]
  t.equal(isSetOffByEdit('Hello', 'Hello @tim'), true)
  t.equal(isSetOffByEdit('@tim', 'Hello @tim'), false)
  t.equal(isSetOffByEdit('@tim', ''), false)
})

t.test('whom an edit names is told, however far it has read, and once', async (t) => {
  const { person, group, stores, say, edit, news } = await open(t)
  const names = { tim: await person('tim'), ann: await person('ann'), eve: await person('eve') }
  const { tim, ann } = names
  const conversation_id = await group(tim, ann)
  const key = await say({ author_id: tim, conversation_id, text: 'Look' })
  const { results } = await stores.store('conversation_member').search()
  for (const member of results)
    await stores.store('conversation_member').update(member.key, { read_number: 9 })
  await news(names)
  await edit(key, 'Look', 'Look, @ann and @eve')
  t.same(await news(names), ['mention ann'], 'eve does not read there')
  await edit(key, 'Look, @ann and @eve', 'Do look, @ann')
  t.same(await news(names), [])
})

t.test('nobody is told twice of one message, by edits or a job that runs again', async (t) => {
  const { person, group, say, edit, run, news } = await open(t)
  const names = { tim: await person('tim'), ann: await person('ann') }
  const { tim, ann } = names
  const conversation_id = await group(tim, ann)
  const key = await say({ author_id: tim, conversation_id, text: 'Look, @ann' })
  await run(key)
  await edit(key, 'Look, @ann', 'Look')
  await edit(key, 'Look', 'Look, @ann')
  t.same(await news(names), ['mention ann'])
})

t.test('each is told once, of the first thing that is true', async (t) => {
  const { person, group, say, news } = await open(t)
  const names = {
    tim: await person('tim'),
    ann: await person('ann'),
    eve: await person('eve'),
    zoe: await person('zoe'),
  }
  const { tim, ann, eve, zoe } = names
  const conversation_id = await group(tim, ann, eve)
  const first = await say({ author_id: ann, conversation_id })
  t.same(await news(names), ['message eve', 'message tim'])
  const text = 'Look, @ann and @eve; and @zoe, who is elsewhere'
  await say({ author_id: tim, conversation_id, reply_to_id: first, text })
  t.same(await news(names), ['mention eve', 'reply ann'])
  const asked = await say({ author_id: zoe, text: '@tim, are you there? @nobody' })
  t.same(await news(names), ['mention tim'])
  await say({ author_id: tim, text: 'Yes, @zoe', reply_to_id: asked })
  t.same(await news(names), ['reply zoe'])
  await say({
    author_id: tim,
    text: 'I am @tim',
    reply_to_id: asked,
    deleted_at: '2026-01-01T00:00:00.000Z',
  })
  t.same(await news(names), [], 'of what is deleted')
})

t.test(
  'of messages that only are there one is told until one reads, unless one mutes',
  async (t) => {
    const { stores, person, group, say, run, news } = await open(t)
    const names = { tim: await person('tim'), ann: await person('ann'), eve: await person('eve') }
    const { tim, ann, eve } = names
    const conversation_id = await group(tim, ann, eve)
    const members = stores.store('conversation_member')
    const { results } = await members.search()
    const memberOf = (user: string) => results.find(({ item }) => item.user_id === user)?.key ?? ''
    await members.update(memberOf(eve), { muted: true })
    const key = await say({ author_id: tim, conversation_id })
    await run(key)
    await say({ author_id: tim, conversation_id })
    await say({ author_id: tim, conversation_id, text: 'And you, @eve' })
    t.same(await news(names), ['mention eve', 'message ann'])
    await say({ author_id: tim, conversation_id })
    await say({ author_id: ann, conversation_id, text: 'Here I am' })
    const { results: told } = await stores.store('notification').search()
    t.match(
      new Set(told.map(({ item }) => [item.user_id, item.is_read])),
      new Set([
        [ann, true],
        [tim, false],
      ]),
    )
    t.same(await news(names), ['message ann', 'message tim'])
    await members.update(memberOf(ann), { read_number: 9 })
    await say({ author_id: tim, conversation_id, text: 'Now @ann has it open' })
    t.same(await news(names), [])
    const friendships = stores.store('friendship')
    await friendships.create({ user_id: eve, other_id: tim, state: 'blocked' })
    await say({ author_id: tim, conversation_id, text: '@eve!' })
    t.same(await news(names), [], 'of somebody whom one has blocked')
  },
)

t.test('a deleted account is told of nothing', async (t) => {
  const { stores, person, group, say, news } = await open(t)
  const names = { tim: await person('tim'), ann: await person('ann'), eve: await person('eve') }
  const { tim, ann, eve } = names
  const asked = await say({ author_id: tim, text: 'Who is there?' })
  const conversation_id = await group(ann, eve, tim)
  const users = stores.store('user')
  await users.update(tim, { deleted_at: '2026-01-01T00:00:00.000Z' })
  await say({ author_id: ann, text: 'Me. @tim, @eve?', reply_to_id: asked })
  t.same(await news(names), ['mention eve'])
  await say({ author_id: ann, text: '@tim?', conversation_id })
  t.same(await news(names), ['message eve'])
})
