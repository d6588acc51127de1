/** Tests resource-member.ts. live.test.ts follows rows. */
import t from 'tap'
import { messageOf, openScriptedClient } from '../../kit/scripted-client.ts'

t.test('what is no operation is a link', async (t) => {
  const { server, client } = await openScriptedClient(t)
  const result = { key: 'u', item: { username: 'tim' }, updatable: false, deletable: false }
  server.answer = () => ({ body: result, headers: { etag: '"1"' } })
  t.same(await client.message.author('a'), { ...result, etag: '"1"' })
  t.equal(server.requests.all[0]?.line, 'GET /actions/message/a/author')
  t.equal(client.message.author, client.message.author, 'made once')
})

t.test('a callback of live rows that throws is reported', async (t) => {
  const { server, client, errors } = await openScriptedClient(t)
  const item = messageOf('a', 'a')
  server.answer = () => ({
    body: { results: [{ key: 'a', item }], next_page_key: null, cursor: 'e-1' },
  })
  await new Promise<void>((resolve) => {
    client.message.live({ order: ['-created_at', 'text'] }, () => {
      resolve()
      throw new RangeError('mine')
    })
  })
  await new Promise(setImmediate)
  t.match(errors, [{ message: 'mine' }])
  t.match(server.requests.all[0]?.line, 'search_order=-created_at%2Ctext')
})
