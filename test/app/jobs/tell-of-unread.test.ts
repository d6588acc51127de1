/** Tests tell-of-unread.ts: who is told; what sets it off in tell-of-message.test.ts. */
import t from 'tap'
import { tellOfUnreadJob } from '../../../app/jobs/tell-of-unread.ts'
import { SERVER_URL } from '../../kit/database.ts'
import { openTestDomain } from '../../kit/domain.ts'
import { createGathering } from '../../kit/gathering.ts'
import { runJob } from '../../kit/jobs.ts'

t.test('who has not read it is told, unless it mutes, has left or knows of it', async (t) => {
  const domain = await openTestDomain(t)
  const { stores, person, group, notifier } = domain
  const names = ['tim', 'ann', 'eve', 'zoe', 'mia']
  const users = new Map<string, string>()
  for (const name of names) users.set(await person(name), name)
  const [author_id = '', ann = '', eve = '', zoe = '', mia = ''] = [...users.keys()]
  const conversation_id = await group(author_id, ann, eve, zoe, mia)
  const item = { text: 'Hello', author_id, conversation_id, number: 1 }
  const { key: message } = await stores.store('message').create(item)
  const members = stores.store('conversation_member')
  for (const { key, item } of (await members.search()).results) {
    if (item.user_id === eve) await members.update(key, { muted: true })
    if (item.user_id === zoe) await members.update(key, { read_number: 1 })
  }
  const notice = { user: mia, actor: author_id, kind: 'mention', message } as const
  await stores.transactions.transaction((transaction) =>
    notifier.notify({ ...notice, conversation: conversation_id }, transaction),
  )
  const job = tellOfUnreadJob(domain)
  for (let run = 0; run < 2; run += 1) await runJob(job, { message })
  const { results } = await stores.store('notification').search()
  t.same(results.map(({ item }) => `${item.kind} ${users.get(item.user_id) ?? '?'}`).toSorted(), [
    'mention mia',
    'message ann',
  ])
})

t.test('of what is deleted by then nothing is told, nor of who is', async (t) => {
  const domain = await openTestDomain(t)
  const { stores, person, group } = domain
  const [tim, ann] = [await person('tim'), await person('ann')]
  const conversation_id = await group(tim, ann)
  const deleted_at = '2026-01-01T00:00:00.000Z'
  const say = async (number: number, deleted?: string) =>
    (
      await stores.store('message').create({
        text: 'Hello',
        author_id: tim,
        conversation_id,
        number,
        ...(deleted !== undefined && { deleted_at: deleted }),
      })
    ).key
  const job = tellOfUnreadJob(domain)
  await runJob(job, { message: await say(1, deleted_at) })
  const message = await say(2)
  await stores.store('user').update(tim, { deleted_at })
  await runJob(job, { message })
  await stores.store('message').delete(message)
  await runJob(job, { message })
  t.equal(await stores.store('notification').count(), 0)
})

const WAITING = `
select count(*)::int from pg_stat_activity
where datname = current_database() and wait_event_type = 'Lock'`

t.test(
  'of two messages that are told of at the same moment one is told',
  { skip: SERVER_URL === undefined && 'PGlite does one thing at a time' },
  async (t) => {
    const domain = await openTestDomain(t)
    const { stores, person, group } = domain
    const [author_id, ann] = [await person('tim'), await person('ann')]
    const conversation_id = await group(author_id, ann)
    const told = createGathering<number>()
    const bothAreThere = Promise.withResolvers<void>()
    const job = tellOfUnreadJob({
      stores,
      notifier: {
        ...domain.notifier,
        async notifyAll(notices, transaction) {
          told.add(notices.length)
          await bothAreThere.promise
          await domain.notifier.notifyAll(notices, transaction)
        },
      },
    })
    const tellOf = async (number: number): Promise<void> => {
      const item = { text: 'Hello', author_id, conversation_id, number }
      const { key } = await stores.store('message').create(item)
      await runJob(job, { message: key })
    }
    const isWaiting = async (): Promise<boolean> => {
      const { rows } = await stores.transactions.transaction((transaction) =>
        stores.queryable(transaction).query({ text: WAITING, values: [] }),
      )
      return rows[0]?.[0] !== 0
    }
    const first = tellOf(1)
    await told.until((all) => all.length === 1)
    const second = tellOf(2)
    while (told.all.length < 2 && !(await isWaiting())) await new Promise(setImmediate)
    bothAreThere.resolve()
    await Promise.all([first, second])
    t.match((await stores.store('notification').search()).results, [{ item: { user_id: ann } }])
    t.equal(await stores.store('notification').count(), 1)
  },
)
