/** Tests erase-messages.ts: in batches, again after it was killed, and messages of who has chosen it alone. */
import t from 'tap'
import { MESSAGES_GO } from '../../../app/delete-account.ts'
import { eraseMessagesJob } from '../../../app/jobs/erase-messages.ts'
import { NO_CONTEXT } from '../../kit/jobs.ts'
import { openTestDomain } from '../../kit/domain.ts'

t.test('more than a batch goes, also in two runs, and nothing of others', async (t) => {
  const domain = await openTestDomain(t)
  const { stores, person, group } = domain
  const [tim, ann] = [await person('tim'), await person('ann')]
  const conversation_id = await group(ann, tim)
  const messages = stores.store('message')
  const each = Array.from({ length: 250 }, (_, at) => at)
  for (const author_id of [tim, ann])
    await Array.fromAsync(
      messages.editAll(
        each.map((at) => ({ kind: 'create', item: { text: String(at), author_id } })),
      ),
    )
  const placed = { text: 'placed', author_id: tim, conversation_id, number: 1 }
  const { key } = await messages.create(placed)
  const { key: kept } = await messages.create({ ...placed, author_id: ann, number: 2 })
  const reactions = stores.store('message_reaction')
  await reactions.create({ message_id: kept, user_id: tim, emoji: '👍', conversation_id })
  await reactions.create({ message_id: kept, user_id: ann, emoji: '👍', conversation_id })
  const users = stores.store('user')
  await users.update(tim, { deleted_at: '2026-01-01T12:00:00.000Z' })
  const job = eraseMessagesJob(domain)
  const after = { kind: 'account_deleted', subject_id: tim, detail: MESSAGES_GO }
  const payload = { resource: 'security_event', operation: 'create', key: 'x', after } as const
  const run = (signal: AbortSignal) =>
    job.run(payload, { ...NO_CONTEXT, id: 'a', attempt: 1, signal })
  await t.rejects(run(AbortSignal.abort()), { name: 'AbortError' })
  t.equal(await messages.count(), 302, 'it has begun')
  await run(new AbortController().signal)
  t.equal(await messages.count(), 252)
  t.match((await messages.readOrThrow(key)).item, { text: '', author_id: tim, number: 1 })
  t.match((await messages.readOrThrow(kept)).item, { text: 'placed', deleted_at: null })
  t.match((await reactions.search()).results, [{ item: { user_id: ann } }])
  t.ok(await users.read(tim), 'an empty message has it as its author')
  await messages.delete(key)
  await run(new AbortController().signal)
  t.equal(await users.read(tim), undefined)
  t.ok(await users.read(ann))
})

t.test('what was told goes in batches, also when messages stay', async (t) => {
  const domain = await openTestDomain(t)
  const { stores, person, notifier } = domain
  const [tim, ann] = [await person('tim'), await person('ann')]
  const messages = stores.store('message')
  await messages.create({ text: 'Hello', author_id: tim })
  const told = Array.from(
    { length: 250 },
    () => ({ user: ann, kind: 'reply', actor: tim }) as const,
  )
  await stores.transactions.transaction(async (transaction) => {
    await notifier.notifyAll(told, transaction)
    await notifier.notify({ user: tim, kind: 'export' }, transaction)
    await notifier.notify({ user: ann, kind: 'export' }, transaction)
  })
  const after = { kind: 'account_deleted', subject_id: tim, detail: null }
  const payload = { resource: 'security_event', operation: 'create', key: 'x', after } as const
  const job = eraseMessagesJob(domain)
  const context = { ...NO_CONTEXT, id: 'a', attempt: 1 }
  const aborted = { ...context, signal: AbortSignal.abort() }
  await t.rejects(job.run(payload, aborted), { name: 'AbortError' })
  const notifications = stores.store('notification')
  t.equal(await notifications.count(), 52, 'it has begun')
  await job.run(payload, { ...context, signal: new AbortController().signal })
  t.match((await notifications.search()).results, [{ item: { user_id: ann, kind: 'export' } }])
  t.equal(await messages.count(), 1)
  t.ok(await stores.store('user').read(tim))
})

t.test('an account that is there is not deleted, whatever a job says', async (t) => {
  const domain = await openTestDomain(t)
  const tim = await domain.person('tim')
  const after = { kind: 'account_deleted', subject_id: tim, detail: MESSAGES_GO }
  const payload = { resource: 'security_event', operation: 'create', key: 'x', after } as const
  const { signal } = new AbortController()
  const job = eraseMessagesJob(domain)
  await job.run(payload, { ...NO_CONTEXT, id: 'a', attempt: 1, signal })
  t.ok(await domain.stores.store('user').read(tim))
  const [trigger] = job.triggers
  if (trigger?.kind !== 'change' || !('condition' in trigger)) {
    t.fail('a change sets it off')
    return
  }
  const of = (changed: object) =>
    trigger.condition({
      position: 1,
      resource: 'security_event',
      operation: 'create',
      key: 'x',
      before: undefined,
      after: { ...after, ...changed },
    })
  t.same([of({}), of({ detail: null }), of({ kind: 'login' })], [true, true, false])
})
