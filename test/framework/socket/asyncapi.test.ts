/** Holds the AsyncAPI document to the frames that are really sent. */
import { test } from 'tap'
import { all } from '../../../app/resources/all.ts'
import { onCreateMessage } from '../../../app/channels.ts'
import { validatorOf } from '../../../framework/resource/validator.ts'
import { asyncApiDocument, eventSchema, SERVER_FRAMES } from '../../../framework/socket/asyncapi.ts'
import { ADMIN_KEY, openTestMessenger } from '../../kit/messenger.ts'

const documented = {
  registry: all,
  channels: [onCreateMessage],
  info: { title: 'Test', version: '1.0.0', description: 'For tests.' },
  path: '/subscription',
}

test('every frame of a conversation is as documented', async (t) => {
  const messenger = await openTestMessenger(t)
  const { access_token: token } = await messenger.login('admin')
  const client = await messenger.connect()
  const conforms = (frame: unknown, type: string): void => {
    const schema = SERVER_FRAMES[type] ?? eventSchema(all, onCreateMessage)
    t.same(validatorOf(schema).faultsOf(frame), [], type)
  }
  client.send({ type: 'Subscribe', id: 1, payload: 'on_create_message' })
  conforms(await client.next(), 'Subscribed')
  await messenger.write('hello', token)
  conforms(await client.next(), 'Event')
  for (const action of ['message_search', 'logout']) {
    client.send({ type: 'Call', id: 2, payload: { action } })
    conforms(await client.next(), action === 'logout' ? 'Error' : 'Result')
  }
  client.send({ type: 'Ping' })
  conforms(await client.next(), 'Pong')
  client.send({ type: 'Nonsense' })
  conforms(await client.next(), 'Error')
  client.send({ type: 'Authenticate', payload: { token } })
  conforms(await client.next(), 'Authenticated')
  client.send({ type: 'Track', id: 2, payload: { channel: `user:${ADMIN_KEY}`, meta: { a: 1 } } })
  conforms(await client.next(), 'Presence')
  conforms(await client.next(), 'Presence')
  client.send({ type: 'Unsubscribe', id: 1 })
  conforms(await client.next(), 'Unsubscribed')
})

test('the document is served, every reference in it leads somewhere, and examples fit', async (t) => {
  const messenger = await openTestMessenger(t)
  const answer = await messenger.http.inject('/asyncapi.json')
  t.equal(answer.statusCode, 200)
  const served: unknown = answer.json()
  t.match(served, { asyncapi: '3.0.0', channels: { subscription: { address: '/subscription' } } })
  const text = JSON.stringify(asyncApiDocument(documented))
  const document: unknown = JSON.parse(text)
  for (const [, path = ''] of text.matchAll(/"\$ref":"#\/([^"]+)"/g)) {
    const found = path.split('/').reduce<unknown>((value, step) => memberOf(value, step), document)
    t.ok(found, path)
  }
  t.notMatch(text, /password_digest/)
  const event = memberOf(
    memberOf(memberOf(document, 'components'), 'messages'),
    'Event_on_create_message',
  )
  const [example] = memberOf(event, 'examples') as readonly { readonly payload: unknown }[]
  t.same(validatorOf(eventSchema(all, onCreateMessage)).faultsOf(example?.payload), [])
})

function memberOf(value: unknown, name: string): unknown {
  return typeof value === 'object' && value !== null
    ? Object.entries(value).find(([key]) => key === name)?.[1]
    : undefined
}
