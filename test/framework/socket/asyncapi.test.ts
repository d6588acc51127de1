/** That the AsyncAPI document is one, tells of everything, and of frames as they are really sent. */
import t from 'tap'
import Type, { type TSchema } from 'typebox'
import { Compile } from 'typebox/schema'
import { afterCreate } from '../../../framework/event/change-trigger.ts'
import { channel } from '../../../framework/event/channel.ts'
import { describeApi } from '../../../framework/http/api-description.ts'
import { asyncApiDocument, type AsyncDocumented } from '../../../framework/socket/asyncapi.ts'
import { CLIENT_FRAMES } from '../../../framework/socket/client-frame.ts'
import { complaintsOf } from '../../kit/asyncapi-parser.ts'
import { openChatApi } from '../../kit/chat-api.ts'
import { openTestMessenger } from '../../kit/messenger.ts'

type Json = Readonly<Record<string, unknown>>

const frameOf = <S extends TSchema>(type: string, payload: S) =>
  Type.Object({
    type: Type.Literal(type),
    id: Type.Optional(Type.Integer()),
    payload,
  })
const { api } = await openChatApi(t)
const documented: AsyncDocumented = {
  ...describeApi(api),
  channels: [channel('on_create_post', { description: 'New.', source: afterCreate('post') })],
  info: { title: 'Test', version: '1.0.0', description: 'For tests.' },
  path: '/subscription',
  clientFrames: {
    ...CLIENT_FRAMES,
    Call: frameOf('Call', Type.Object({ action: Type.String() })),
    Track: frameOf('Track', Type.Object({ channel: Type.String() })),
  },
}
const text = JSON.stringify(asyncApiDocument(documented))
const document = JSON.parse(text) as Readonly<Record<string, Json>>

function member(value: unknown, ...steps: readonly string[]): Json {
  return steps.reduce(
    (found, step) => (found as Readonly<Record<string, Json>>)[step] ?? {},
    value as Json,
  )
}

t.test('the parser takes it, and has no advice', async (t) => {
  t.same(await complaintsOf(text), [])
})

t.test('every reference leads somewhere, and everything is referred to', (t) => {
  const refs = new Set([...text.matchAll(/"\$ref":"#\/([^"]+)"/g)].map(([, path = '']) => path))
  for (const path of refs) t.not(Object.keys(member(document, ...path.split('/'))).length, 0, path)
  for (const kind of ['messages', 'schemas']) {
    for (const name of Object.keys(member(document, 'components', kind))) {
      t.ok(refs.has(`components/${kind}/${name}`), name)
    }
  }
  t.notMatch(text, /digest/)
  t.end()
})

t.test('there is a channel for frames, each declared channel, each resource and each call', (t) => {
  const names = Object.keys(member(document, 'channels'))
  const calls = api.operations.map(({ name }) => `Call.${name}`)
  t.same(names, ['Socket', 'on_create_post', 'person', 'room', 'member', 'post', ...calls])
  for (const name of names) {
    t.equal(member(document, 'channels', name)['address'], '/subscription', name)
  }
  t.hasOwnProp(member(document, 'channels', 'Socket', 'x-close-codes'), '4508')
  t.end()
})

t.test(
  'every operation can be called, with its input, and is answered by its result or an error',
  (t) => {
    for (const { name } of api.operations) {
      const { action, reply } = member(document, 'operations', `call_${name}`)
      t.equal(action, 'receive', name)
      t.same(member(reply)['messages'], [
        { $ref: `#/channels/Call.${name}/messages/Result.${name}` },
        { $ref: `#/channels/Call.${name}/messages/Error` },
      ])
    }
    const create = JSON.stringify(member(document, 'components', 'messages', 'Call.post_create'))
    t.match(create, /"\$ref":"#\/components\/schemas\/post_create"/)
    t.hasOwnProp(member(document, 'operations', 'call_post_create'), 'security')
    t.end()
  },
)

t.test('every frame of clients is received, and has a reply', (t) => {
  for (const name of Object.keys(documented.clientFrames ?? {})) {
    const operation = member(document, 'operations', `receive_${name}`)
    t.match(operation, { action: 'receive', reply: { messages: { length: 2 } } }, name)
  }
  t.end()
})

t.test('every example fits its schema', (t) => {
  const { messages, schemas } = document['components'] ?? {}
  let count = 0
  for (const [name, { payload, examples }] of Object.entries(
    messages as Readonly<Record<string, Json>>,
  )) {
    // In place of the table of this test, whose frames are bare.
    if (name === 'Call' || name === 'Track') continue
    const validator = Compile({ ...(payload as Json), components: { schemas } })
    for (const example of examples as readonly Json[]) {
      t.same(
        validator.Check(example['payload']) || validator.Errors(example['payload'])[1],
        true,
        name,
      )
      count += 1
    }
  }
  t.ok(count > 60)
  t.end()
})

t.test('calls are told of when they are served, and no sooner', (t) => {
  const { Ping } = CLIENT_FRAMES
  const bare = asyncApiDocument({ ...documented, clientFrames: { Ping } })
  t.notMatch(JSON.stringify(bare), /Call|Presence|Result/)
  t.end()
})

t.test('it is served, and frames are as it has them', async (t) => {
  const messenger = await openTestMessenger(t)
  const answer = await messenger.http.inject('/asyncapi.json')
  t.equal(answer.statusCode, 200)
  t.equal(answer.headers['content-type'], 'application/json; charset=utf-8')
  t.match(answer.json(), { asyncapi: '3.1.0', info: { title: 'Holdfast messenger' } })
  // The client of the kit holds each frame to the document.
  const { access_token: token } = await messenger.login('admin')
  const client = await messenger.connect()
  const ask = async (frame: object, type: string): Promise<void> =>
    void t.match(await client.ask(frame), { type })
  await ask({ type: 'Subscribe', id: 1, payload: 'on_create_message' }, 'Subscribed')
  await messenger.write('hello', token)
  t.match(await client.next(), { type: 'Event', channel: 'on_create_message' })
  await ask({ type: 'Ping' }, 'Pong')
  await ask({ type: 'Nonsense' }, 'Error')
  await ask({ type: 'Authenticate', payload: { token } }, 'Authenticated')
  await ask({ type: 'Unsubscribe', id: 1 }, 'Unsubscribed')
})
