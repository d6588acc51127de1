/** Tests with-attachments.ts: files are bound to one message with it, or not at all. */
import t, { type Test } from 'tap'
import { all } from '../../../app/resources/all.ts'
import { messageStoreFactory } from '../../../app/stores/message-store-factory.ts'
import { withAttachments } from '../../../app/stores/with-attachments.ts'
import { InvalidError, type CreateInput } from '../../../framework/index.ts'
import type { message } from '../../../app/resources/message.ts'
import { callerOf, openTestStores, START } from '../../kit/stores.ts'

async function open(t: Test) {
  const { store, database, transactions } = await openTestStores(t, all)
  const user = async (username: string) =>
    (await store('user').create({ username, password_digest: 'x' })).key
  const [tim, ann] = [await user('tim'), await user('ann')]
  const byRules = messageStoreFactory({
    stores: { store, transactions, queryable: transactions.writing },
    now: () => START,
  })
  const factory = withAttachments(byRules, store('attachment')).open(store('message'))
  const as = (user: string) => factory(callerOf(user), { store: () => undefined })
  const file = async (changed: object = {}) => {
    const made = await store('attachment').create({
      owner_id: tim,
      purpose: 'message',
      state: 'ready',
      kind: 'file',
      name: 'a.txt',
      media_type: 'application/octet-stream',
      byte_count: 1,
      ...changed,
    })
    return made.key
  }
  const write = (text: string, attachment_ids?: readonly string[], user = tim) => {
    // The author is whoever is logged in.
    const item: object = { text, ...(attachment_ids && { attachment_ids: [...attachment_ids] }) }
    return as(user).create(item as CreateInput<typeof message>)
  }
  const messageOf = async (key: string) =>
    (await store('attachment').readOrThrow(key)).item.message_id
  return { store, database, tim, ann, as, file, write, messageOf }
}

const refusal = (pointer: string) => ({ code: 'invalid', faults: [{ pointer }] })

async function faultOf(t: Test, work: Promise<unknown>): Promise<string | undefined> {
  const error = await work.catch((error: unknown) => error)
  if (error instanceof InvalidError) return error.faults[0]?.pointer
  return void t.fail('it was not refused')
}

t.test('files are bound to their message, and listed in the order given', async (t) => {
  const { file, write, messageOf, store } = await open(t)
  const keys = [await file(), await file()].toReversed()
  const { key, item } = await write('Look', keys)
  t.same(item.attachment_ids, keys)
  for (const one of keys) t.equal(await messageOf(one), key)
  await store('message').delete(key)
  t.equal(await store('attachment').count(), 0, 'they go with it')
})

t.test('what can’t be attached is refused with its place, and nothing is written', async (t) => {
  const { ann, file, write, messageOf, store } = await open(t)
  const good = await file()
  const taken = await file()
  await write('First', [taken])
  const bad = {
    'another’s': await file({ owner_id: ann }),
    unfinished: await file({ state: 'uploading' }),
    refused: await file({ state: 'refused' }),
    'an avatar': await file({ purpose: 'avatar' }),
    'attached already': taken,
    'that there is not': '00000000-0000-7000-8000-000000000000',
  }
  for (const [name, key] of Object.entries(bad)) {
    const pointer = await faultOf(t, write('Look', [good, key]))
    t.equal(pointer, '/item/attachment_ids/1', name)
    t.equal(await messageOf(good), null)
  }
  t.equal(await faultOf(t, write('Look', ['x'])), '/item/attachment_ids/0')
  const twice = faultOf(t, write('Look', [good, good]))
  t.equal(await twice, '/item/attachment_ids')
  const many = Array.from({ length: 11 }, () => good)
  t.equal(await faultOf(t, write('Look', many)), '/item/attachment_ids')
  t.equal(await store('message').count(), 1)
})

t.test('a text may be empty beside files alone, and files stay', async (t) => {
  const { as, tim, file, write, store } = await open(t)
  t.equal(await faultOf(t, write('')), '/item/text')
  t.equal(await faultOf(t, write('', [])), '/item/text')
  const bare = await write('', [await file()])
  t.equal(bare.item.text, '')
  const plain = await write('Hello')
  await t.rejects(as(tim).update(plain.key, { text: '' }), refusal('/item/text'))
  await as(tim).update(bare.key, { text: 'Now with words' })
  t.equal((await as(tim).update(bare.key, { text: '' })).item.text, '')
  const change: object = { attachment_ids: [] }
  await t.rejects(as(tim).update(bare.key, change), refusal('/item/attachment_ids'))
  const absent = '00000000-0000-7000-8000-000000000000'
  await t.rejects(as(tim).update(absent, { text: '' }), { code: 'not_found' })
  t.equal((await store('message').readOrThrow(plain.key)).item.text, 'Hello')
})

t.test('a batch goes the same way', async (t) => {
  const { as, tim, file, messageOf } = await open(t)
  const key = await file()
  const item = (text: string, ids: readonly string[]): CreateInput<typeof message> => {
    const input: object = { text, attachment_ids: ids }
    return input as CreateInput<typeof message>
  }
  const edits = [item('', []), item('One', [key]), item('Two', [key])].map((one) => ({
    kind: 'create' as const,
    item: one,
  }))
  const results = await as(tim).editBatch(edits)
  t.same(
    results.map(({ success }) => success),
    [false, true, false],
  )
  t.ok(await messageOf(key))
})

t.test('of many messages that want the same files at once one gets them all', async (t) => {
  const { file, write, messageOf, store } = await open(t)
  for (let round = 0; round < 2; round += 1) {
    const keys = [await file(), await file(), await file()]
    const writers = Array.from({ length: 6 }, (_, index) =>
      write(`${round} ${index}`, index % 2 === 0 ? keys : keys.toReversed()),
    )
    const settled = await Promise.allSettled(writers)
    const won = settled.flatMap((one) => (one.status === 'fulfilled' ? [one.value.key] : []))
    t.equal(won.length, 1)
    for (const one of settled)
      if (one.status === 'rejected') t.match(one.reason, { code: 'invalid' })
    for (const key of keys) t.equal(await messageOf(key), won[0])
  }
  t.equal(await store('message').count(), 2, 'those that were refused are not there')
})
