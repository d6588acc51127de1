/** Tests message.ts. */
import { test } from 'tap'
import { all } from '../../../app/resources/all.ts'
import { message } from '../../../app/resources/message.ts'
import { ANONYMOUS, InvalidError, openStoreFactory } from '../../../framework/index.ts'
import { openTestStores } from '../../kit/stores.ts'

test('a message has an author and a text of at most 4000 characters', async (t) => {
  const { store } = await openTestStores(t, all)
  const { key: author_id } = await store('user').create({ username: 'tim', password_digest: 'x' })
  const messages = store('message')
  for (const text of ['a', '\u{1f600}'.repeat(4000), ' ', 'a\nb']) {
    const { item } = await messages.create({ text, author_id })
    t.match(item, { text, author_id })
  }
  for (const text of ['x'.repeat(4001), 'a\u0000b']) {
    await t.rejects(messages.create({ text, author_id }), InvalidError)
  }
  const absent = '00000000-0000-7000-8000-000000000009'
  await t.rejects(messages.create({ text: 'a', author_id: absent }), InvalidError)
  t.equal(await messages.count(), 4)
})

test('its author never changes', async (t) => {
  const { store } = await openTestStores(t, all)
  const { key: author_id } = await store('user').create({ username: 'tim', password_digest: 'x' })
  const { key } = await store('message').create({ text: 'a', author_id })
  const open = openStoreFactory(message).open(store('message'))
  const messages = open(ANONYMOUS, { store: () => undefined })
  await t.rejects(messages.update(key, { author_id } as object), InvalidError)
  t.match((await messages.update(key, { text: 'b' })).item, { text: 'b', author_id })
})
