/** Tests erase-conversation.ts: in batches, again after it was killed, and never while somebody is in it. */
import t, { type Test } from 'tap'
import { leaveConversations } from '../../../app/leave-conversations.ts'
import { eraseConversationJob } from '../../../app/jobs/erase-conversation.ts'
import { openTestDomain } from '../../kit/domain.ts'
import { NO_CONTEXT } from '../../kit/jobs.ts'

async function open(t: Test) {
  const domain = await openTestDomain(t)
  const { stores } = domain
  const job = eraseConversationJob(stores)
  const run = (conversation_id: string, signal = new AbortController().signal) =>
    job.run(
      {
        resource: 'conversation_member',
        operation: 'delete',
        key: 'x',
        before: { conversation_id },
      },
      { ...NO_CONTEXT, id: 'a', attempt: 1, signal },
    )
  /** Messages in a conversation, each an answer to the one before. @returns the key of the last */
  const fill = async (conversation_id: string, author_id: string, count: number) => {
    let reply_to_id: string | null = null
    for (let number = 1; number <= count; number += 1) {
      const item = { text: 'Hello', author_id, conversation_id, number, reply_to_id }
      const made: { readonly key: string } = await stores.store('message').create(item)
      reply_to_id = made.key
    }
    return reply_to_id ?? ''
  }
  const leave = (me: string) =>
    stores.transactions.transaction((transaction) =>
      leaveConversations(domain, { me, transaction }),
    )
  return { ...domain, run, fill, leave }
}

t.test('more than a batch goes, also in two runs, the conversation last', async (t) => {
  const { stores, person, group, notifier, run, fill, leave } = await open(t)
  const [tim, ann] = [await person('tim'), await person('ann')]
  const [lone, others] = [await group(tim), await group(ann)]
  const message_id = await fill(lone, tim, 250)
  await fill(others, ann, 3)
  const reaction = { message_id, user_id: tim, emoji: '👍', conversation_id: lone }
  await stores.store('message_reaction').create(reaction)
  await stores.store('message_version').create({ message_id, text: 'before' })
  await stores.transactions.transaction((transaction) =>
    notifier.notify({ user: ann, kind: 'invitation', conversation: lone }, transaction),
  )
  await leave(tim)
  const messages = stores.store('message')
  t.equal(await messages.count(), 253, 'whoever leaves does not wait for it')
  await t.rejects(run(lone, AbortSignal.abort()), { name: 'AbortError' })
  t.equal(await stores.store('notification').count(), 0, 'it has begun')
  t.ok(await stores.store('conversation').read(lone))
  await run(lone)
  t.equal(await stores.store('conversation').read(lone), undefined)
  t.equal(await messages.count(), 3)
  t.equal(await stores.store('message_reaction').count(), 0)
  t.equal(await stores.store('message_version').count(), 0)
  await run(lone)
  t.equal(await stores.store('conversation').count(), 1, 'it is gone, and set off once more')
})

t.test('what somebody is in stays, and what somebody may join', async (t) => {
  const { stores, person, group, run, fill, leave } = await open(t)
  const [tim, ann] = [await person('tim'), await person('ann')]
  const shared = await group(tim, ann)
  await fill(shared, tim, 1)
  await leave(tim)
  await run(shared)
  t.equal(await stores.store('message').count(), 1)
  const open_ = await group()
  await stores.store('conversation').update(open_, { join_code: 'pV2y7x0cQm4kZ1bT9sLw3A' })
  await run(open_)
  t.ok(await stores.store('conversation').read(open_))
})
