/** Tests client.ts against the messenger, listening on a port. */
import t from 'tap'
import type { Api } from '../../../app/api.ts'
import { createClient } from '../../../framework/client/client.ts'
import { ProblemError } from '../../../framework/client/problem-error.ts'
import { openTestMessenger, PASSWORD } from '../../kit/messenger.ts'

const messenger = await openTestMessenger(t)
const url = await messenger.listen({ host: '127.0.0.1', port: 0 })

function open() {
  const client = createClient<Api>({ url, onError: (error) => void t.error(error) })
  t.teardown(() => client.close())
  return client
}

const admin = open()
await admin.login('admin', 'Password123!')

t.test('a stranger signs up, logs in and writes', async (t) => {
  const client = open()
  t.equal(client.isLoggedIn(), false)
  const made = await client.actions.sign_up({ username: 'tim', password: PASSWORD })
  t.equal(made.item.username, 'tim')
  await t.rejects(client.message.create({ text: 'a' }), {
    name: 'ProblemError',
    status: 401,
    code: 'unauthenticated',
  })
  await client.login('tim', PASSWORD)
  t.equal(client.isLoggedIn(), true)
  const message = await client.message.create({ text: 'Hello' })
  t.match(message, {
    item: { text: 'Hello', author_id: made.key },
    updatable: true,
    deletable: true,
    etag: /^"/,
  })
  await client.logout()
  t.equal(client.isLoggedIn(), false)
  t.equal((await client.message.readOrThrow(message.key)).updatable, false)
})

t.test('rows are created, read, updated and deleted', async (t) => {
  const made = await admin.message.create({ text: 'one' }, { idempotencyKey: 'a' })
  t.equal((await admin.message.create({ text: 'one' }, { idempotencyKey: 'a' })).key, made.key)
  const read = await admin.message.read(made.key, { include: ['author.authored_message_count'] })
  t.equal(read?.item.author?.username, 'admin')
  t.type(read?.item.author?.authored_message_count, 'number')
  const changed = await admin.message.update(made.key, { text: 'two' }, { ifMatch: made.etag })
  t.equal(changed.item.text, 'two')
  await t.rejects(admin.message.update(made.key, { text: 'three' }, { ifMatch: made.etag }), {
    code: 'stale',
    status: 412,
  })
  await t.rejects(
    admin.message.update(made.key, { text: 'three' }, { precondition: { text: { eq: 'one' } } }),
    { code: 'stale' },
  )
  await t.rejects(admin.message.update(made.key, { text: '' }), {
    code: 'invalid',
    errors: [{ pointer: '/item/text' }],
  })
  await admin.message.delete(made.key, { ifMatch: changed.etag })
  t.equal(await admin.message.read(made.key), undefined)
  await t.rejects(admin.message.readOrThrow(made.key), ProblemError)
})

t.test('rows are searched, page by page, and counted', async (t) => {
  for (const text of ['pear 1', 'pear 2', 'pear 3']) await admin.message.create({ text })
  const where = { text: { startswith: 'pear' }, author: { username: { eq: 'admin' } } }
  const first = await admin.message.search({ where, order: '-text', limit: 2, include: 'author' })
  t.same(
    first.results.map(({ item }) => item.text),
    ['pear 3', 'pear 2'],
  )
  t.equal(first.results[0]?.item.author?.username, 'admin')
  t.equal(first.creatable, true)
  const next = await admin.message.search({
    where,
    order: ['-text'],
    limit: 2,
    pageKey: first.nextPageKey,
  })
  t.same(
    next.results.map(({ item }) => item.text),
    ['pear 1'],
  )
  t.equal(next.nextPageKey, undefined)
  const texts: string[] = []
  for await (const page of admin.message.searchAll({ where, order: 'text', limit: 1 })) {
    texts.push(...page.results.map(({ item }) => item.text))
  }
  t.same(texts, ['pear 1', 'pear 2', 'pear 3'])
  t.equal(await admin.message.count(where), 3)
  t.equal(await admin.message.count({}, { query: 'pear 2' }), 1)
  t.equal(await admin.message.count({ none: true }), 0)
})

t.test('batches keep their order', async (t) => {
  const [made, refused] = await admin.message.editBatch([
    { create: { text: 'in a batch' } },
    { delete: 'none' },
  ])
  t.match(refused, { success: false, code: 'not_found', result: null })
  const key = made?.result?.key ?? ''
  t.match(await admin.message.readBatch(['none', key]), [
    undefined,
    { item: { text: 'in a batch' } },
  ])
  const edits = await admin.message.editBatch(
    [{ update: { id: key, text: 'changed' } }, { delete: 'none' }],
    { atomic: true },
  )
  t.same(
    edits.map(({ success }) => success),
    [false, false],
  )
})

t.test('links are methods', async (t) => {
  const { key, item } = await admin.message.create({ text: 'linked' })
  t.equal((await admin.message.author(key))?.item.username, 'admin')
  const page = await admin.user.authored_messages(item.author_id, {
    where: { text: { eq: 'linked' } },
  })
  t.same(
    page?.results.map((result) => result.key),
    [key],
  )
  t.type(await admin.user.authored_message_count(item.author_id), 'number')
  t.equal(await admin.resource('message').link('author', 'none'), undefined)
})

t.test('events come as they are committed, to listeners and loops', async (t) => {
  const client = open()
  const channel = client.channel('on_create_message')
  const heard = Promise.withResolvers<string>()
  channel.subscribe(({ item }) => heard.resolve(item?.text ?? ''))
  const looped = channel[Symbol.asyncIterator]().next()
  const over = new AbortController()
  const both = Promise.all([heard.promise, looped]).finally(() => over.abort())
  // Whoever is subscribed hears the next message; since when that is, only the server knows.
  for (let count = 0; !over.signal.aborted; count++) {
    await admin.message.create({ text: `event ${count}` })
  }
  const [text, event] = await both
  t.match(text, /^event/)
  t.match(event.value, { op: 'create', item: { text: /^event/ }, cursor: /-/ })
})

t.test('what is refused ends the subscription, and says why', async (t) => {
  const client = open()
  const channel = client.channel('on_create_message', { since: 'nonsense' })
  const error = await new Promise((resolve) =>
    channel.subscribe(() => undefined, { onError: resolve }),
  )
  t.match(error, { name: 'ProblemError', code: 'invalid' })
  await t.rejects(channel[Symbol.asyncIterator]().next(), { code: 'invalid' })
})

t.test('a client that is closed does nothing more', async (t) => {
  const client = open()
  client.close()
  await t.rejects(client.message.count(), { name: 'AbortError' })
  const error = await new Promise((resolve) =>
    client.channel('on_create_message').subscribe(() => undefined, { onError: resolve }),
  )
  t.match(error, { name: 'ProblemError', status: 0 })
})
