/** That messages tell of frames, events and calls as they are sent. */
import t from 'tap'
import { afterCreate } from '../../../framework/event/change-trigger.ts'
import { channel } from '../../../framework/event/channel.ts'
import { CLIENT_FRAMES } from '../../../framework/socket/client-frame.ts'
import {
  callMessages,
  channelStreams,
  clientMessages,
  resourceStreams,
  serverMessages,
} from '../../../framework/socket/document-messages.ts'

const card = {
  name: 'card',
  description: 'A card.',
  example: { key: 'a', item: { id: 'a', text: 'hi' } },
}

t.test('every frame of clients that is served is a message, and what answers it', (t) => {
  t.same(
    Object.keys(clientMessages(CLIENT_FRAMES)).toSorted(),
    Object.keys(CLIENT_FRAMES).toSorted(),
  )
  const { Ping, Subscribe } = CLIENT_FRAMES
  t.same(Object.keys(clientMessages({ Ping })), ['Ping'])
  t.same(Object.keys(serverMessages({ Ping })), ['Expiring', 'Pong', 'Resync', 'Error'])
  t.ok('Subscribed' in serverMessages({ Subscribe }))
  const all = { ...CLIENT_FRAMES, Call: Ping, Track: Ping }
  for (const name of ['Result', 'Presence']) t.ok(name in serverMessages(all), name)
  t.end()
})

t.test('a resource has create, update and delete, the last with the key alone', (t) => {
  const [stream] = resourceStreams([card])
  t.match(stream, { name: 'card', description: /A card\./ })
  const { messages = {} } = stream ?? {}
  t.same(Object.keys(messages), ['Event.card.create', 'Event.card.update', 'Event.card.delete'])
  const [created, , deleted] = Object.values(messages)
  const { item } = card.example
  t.match(created, {
    payload: { properties: { payload: { $ref: '#/components/schemas/card_item' } } },
    examples: [{ payload: { channel: 'card', op: 'create', key: 'a', payload: item } }],
  })
  t.notOk('payload' in (deleted?.examples[0]?.payload as object))
  t.end()
})

t.test(
  'a declared channel has its own example, and is left out when its rows are not served',
  (t) => {
    const declaration = { description: 'New cards.', source: afterCreate('card') }
    const example = { id: 'b', text: 'ho' }
    const channels = [
      channel('on_create_card', declaration),
      channel('on_card', { ...declaration, example, subscribedBy: ['join', 'make'] }),
      channel('on_create_letter', { ...declaration, source: afterCreate('letter') }),
    ]
    const streams = channelStreams(channels, [card])
    t.same(
      streams.map(({ name }) => name),
      ['on_create_card', 'on_card'],
    )
    t.same(
      streams.map(({ description }) => description),
      ['New cards.', 'New cards. A socket that calls join, make is subscribed by that.'],
    )
    const payloads = streams.map(({ messages }) => Object.values(messages)[0]?.examples[0]?.payload)
    t.match(payloads, [{ payload: card.example.item }, { channel: 'on_card', payload: example }])
    t.end()
  },
)

t.test('a call has its input, its key where it is kept, and each of its answers', (t) => {
  const call = {
    name: 'card_create',
    summary: 'Create a card',
    description: 'It is made.',
    needsLogin: true,
    isKept: true,
    input: { type: 'object', required: ['item'] },
    example: { item: {} },
    answers: [{ status: 201, hasETag: true, schema: { $ref: '#/r' }, example: { key: 'a' } }],
  }
  const { asked, answered } = callMessages(call)
  t.match(asked, {
    summary: 'Create a card. It is made.',
    payload: { properties: { payload: { required: ['action', 'input'] } } },
    examples: [{ payload: { payload: { action: 'card_create', input: { item: {} } } } }],
  })
  t.match(JSON.stringify(asked.payload), /"key"/)
  t.match(answered, {
    payload: { properties: { status: { const: 201 }, payload: { $ref: '#/r' } } },
    examples: [{ payload: { status: 201, payload: { key: 'a' } } }],
  })
  const bare = callMessages({ ...call, isKept: false, input: { type: 'object' }, answers: [] })
  t.match(bare.asked.payload, { properties: { payload: { required: ['action'] } } })
  t.notMatch(JSON.stringify(bare.asked.payload), /"key"/)
  t.end()
})
