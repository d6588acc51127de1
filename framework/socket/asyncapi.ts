/** The AsyncAPI 3 document of the socket: its channels, and every frame that either side sends. */
import Type, { type TSchema } from 'typebox'
import type { FastifyInstance } from 'fastify'
import type { Channel } from '../event/channel.ts'
import { keyOf } from '../resource/key.ts'
import type { Registry } from '../resource/registry.ts'
import { itemSchema } from '../store/result-schema.ts'
import { CLIENT_FRAMES } from './client-frame.ts'

/** A document as it is served: plain JSON. */
export type AsyncApiDocument = Readonly<Record<string, unknown>>

/** What the document tells of. */
export interface AsyncDocumented {
  readonly registry: Registry
  readonly channels: readonly Channel[]
  readonly info: { readonly title: string; readonly version: string; readonly description: string }
  /** Where sockets are served. */
  readonly path: string
}

const ID = Type.Optional(
  Type.Union([Type.String(), Type.Integer()], { description: 'That of the frame it answers.' }),
)
const STRICT = { additionalProperties: false }
const CURSOR = Type.String({ description: 'A place in the one order of all events.' })
const PROBLEM = Type.Object({
  type: Type.String(),
  title: Type.String(),
  status: Type.Integer(),
  detail: Type.Optional(Type.String()),
  errors: Type.Optional(
    Type.Array(Type.Object({ pointer: Type.String(), detail: Type.String() }, STRICT)),
  ),
})
const PRESENCE_ENTRY = Type.Object(
  {
    key: Type.String({ description: 'Names the entry; joins with a known key change it.' }),
    subject: Type.String({ description: 'The id of the user; each device is an entry.' }),
    meta: Type.Record(Type.String(), Type.Unknown()),
  },
  STRICT,
)

/** Every frame of the server but events, whose payloads depend on the channel. */
export const SERVER_FRAMES: Readonly<Record<string, TSchema>> = Object.freeze({
  Subscribed: frame('Subscribed', {
    payload: Type.Object(
      { channel: Type.String(), cursor: CURSOR, recovered: Type.Boolean() },
      STRICT,
    ),
  }),
  Unsubscribed: frame('Unsubscribed', {
    channel: Type.String(),
    payload: Type.Object({ reason: Type.String() }, STRICT),
  }),
  Authenticated: frame('Authenticated', {
    payload: Type.Object({ subject: Type.String(), expires_in: Type.Integer() }, STRICT),
  }),
  Expiring: frame('Expiring', { payload: Type.Object({ expires_in: Type.Integer() }, STRICT) }),
  Pong: frame('Pong', { payload: Type.Object({ cursor: CURSOR }, STRICT) }),
  Result: frame('Result', {
    status: Type.Integer({ description: 'As over HTTP.' }),
    etag: Type.Optional(Type.String({ description: 'Of the row, for `if_match`.' })),
    payload: Type.Optional(Type.Unknown({ description: 'The body that HTTP answers.' })),
  }),
  Resync: frame('Resync', { channel: Type.String() }),
  Presence: frame('Presence', {
    payload: Type.Union([
      Type.Object({ channel: Type.String(), state: Type.Array(PRESENCE_ENTRY) }, STRICT),
      Type.Object(
        {
          channel: Type.String(),
          joins: Type.Array(PRESENCE_ENTRY),
          leaves: Type.Array(PRESENCE_ENTRY),
        },
        STRICT,
      ),
    ]),
  }),
  Error: frame('Error', { status: Type.Integer(), payload: PROBLEM }),
})

function frame(type: string, members: Readonly<Record<string, TSchema>>): TSchema {
  return Type.Object({ type: Type.Literal(type), id: ID, ...members }, STRICT)
}

/** The schema of the events of a channel. */
export function eventSchema(registry: Registry, { name, source }: Channel): TSchema {
  return frame('Event', {
    channel: Type.Literal(name),
    op: Type.Literal(source.operation),
    key: Type.String(),
    cursor: CURSOR,
    payload: itemSchema(registry.resource(source.resource)),
  })
}

/** Makes the document. It tells of one address; which channel a frame is about stands in the frame. */
export function asyncApiDocument(documented: AsyncDocumented): AsyncApiDocument {
  const { registry, channels, info, path } = documented
  const received = Object.entries(CLIENT_FRAMES).map(
    ([type, payload]) => [type, { title: type, payload }] as const,
  )
  const answered = Object.entries(SERVER_FRAMES).map(
    ([type, payload]) => [type, { title: type, payload }] as const,
  )
  const events = channels.map((channel) => {
    const { name, description } = channel
    const payload = eventSchema(registry, channel)
    const examples = exampleOf(registry, channel)
    return [`Event_${name}`, { title: name, description, payload, examples }] as const
  })
  const messages = Object.fromEntries<object>([...received, ...answered, ...events])
  const refs = (names: readonly (readonly [string, object])[]) =>
    names.map(([name]) => ({ $ref: `#/channels/subscription/messages/${name}` }))
  return Object.freeze({
    asyncapi: '3.0.0',
    info,
    defaultContentType: 'application/json',
    channels: {
      subscription: {
        address: path,
        description: `A websocket. Channels to subscribe to: ${channels.map(({ name }) => name).join(', ')}.`,
        messages: Object.fromEntries(
          Object.keys(messages).map((name) => [name, { $ref: `#/components/messages/${name}` }]),
        ),
      },
    },
    operations: {
      receive: operation('receive', 'What clients send.', refs(received)),
      send: operation('send', 'What the server sends.', refs([...answered, ...events])),
    },
    components: { messages },
  })
}

function operation(action: 'send' | 'receive', summary: string, messages: readonly object[]) {
  return { action, summary, channel: { $ref: '#/channels/subscription' }, messages }
}

function exampleOf(registry: Registry, { name, source, example }: Channel): readonly object[] {
  if (example === undefined) return []
  const key = keyOf(registry.resource(source.resource), example)
  const event = {
    type: 'Event',
    channel: name,
    op: source.operation,
    key,
    cursor: 'b62d413930c2-1',
  }
  return [{ payload: { ...event, payload: example } }]
}

/** Serves the document at `/asyncapi.json`. */
export function registerAsyncApi(app: FastifyInstance, documented: AsyncDocumented): void {
  const text = JSON.stringify(asyncApiDocument(documented))
  app.get('/asyncapi.json', async (_request, reply) =>
    reply
      .headers({ 'content-type': 'application/json; charset=utf-8', 'cache-control': 'no-cache' })
      .send(text),
  )
}
