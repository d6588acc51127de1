/** The AsyncAPI 3 document of the socket: one address, every channel of events on it, and every frame that either side sends. */
import type { TSchema } from 'typebox'
import type { FastifyInstance } from 'fastify'
import type { Channel } from '../event/channel.ts'
import { referredSchemas, type NamedSchemas } from '../resource/referred-schemas.ts'
import { CLIENT_FRAMES } from './client-frame.ts'
import { CLOSE_MEANINGS } from './close-meanings.ts'
import {
  callMessages,
  channelStreams,
  clientMessages,
  resourceStreams,
  servedNotes,
  serverMessages,
  type DocumentedCall,
  type DocumentedResource,
  type DocumentedStream,
  type Messages,
} from './document-messages.ts'
import { SERVER_NOTES } from './frame-notes.ts'
import { withoutLinks } from './without-links.ts'

/** A document as it is served: plain JSON. */
export type AsyncApiDocument = Readonly<Record<string, unknown>>

/** What the document tells of. */
export interface AsyncDocumented {
  readonly info: { readonly title: string; readonly version: string; readonly description: string }
  /** Where sockets are served. */
  readonly path: string
  readonly channels: readonly Channel[]
  /** Resources that have a live channel. */
  readonly resources: readonly DocumentedResource[]
  readonly calls: readonly DocumentedCall[]
  /** Those of the API, which payloads refer to. */
  readonly schemas: NamedSchemas
  /** Default: the frames that are served. */
  readonly clientFrames?: Readonly<Record<string, TSchema>>
}

const VERSION = '3.1.0'
/** The channel of all frames but calls. Others are named by what clients subscribe to, in snake_case, so none can be called so. */
const SOCKET = 'Socket'

const PROTOCOL = `
One websocket carries JSON text frames \`{"type","id"?,"payload"?}\` both ways. \`id\` is the client's name for what it asks: the reply and
every event of it carry it back. A frame gets one reply, its own or an Error. Bring the access token in the \`Authorization\` header, as
a subprotocol \`base64url.bearer.<token>\` beside \`holdfast.v1\`, or in Authenticate; without one you see what everybody may see. Events
come in one order; \`since\` with the cursor of the last one resumes without gap, or says \`recovered: false\`. [Try it](/docs/events).
`

/** Makes the document. The same parts give the same document, in the same order. */
export function asyncApiDocument(documented: AsyncDocumented): AsyncApiDocument {
  const { info, path, schemas, clientFrames = CLIENT_FRAMES } = documented
  const calls = Object.hasOwn(clientFrames, 'Call') ? documented.calls : []
  const called = calls.map((call) => ({ call, ...callMessages(call) }))
  const streams = [
    ...channelStreams(documented.channels, documented.resources),
    ...resourceStreams(documented.resources),
  ]
  const frames = { ...clientMessages(clientFrames), ...serverMessages(clientFrames) }
  const events = streams.flatMap((one) => Object.entries(one.messages))
  const messages: Messages = {
    ...frames,
    ...Object.fromEntries(
      called.flatMap(({ call: { name }, asked, answered }) => [
        [callName(name), asked],
        [`Result.${name}`, answered],
      ]),
    ),
    ...Object.fromEntries(events),
  }
  return Object.freeze({
    asyncapi: VERSION,
    info: { ...info, description: `${info.description}\n${PROTOCOL}` },
    defaultContentType: 'application/json',
    servers: {
      here: {
        host: '{host}',
        protocol: 'ws',
        description: 'Where this document comes from; over https the protocol is wss.',
        variables: { host: { default: 'localhost:8000' } },
      },
    },
    channels: {
      [SOCKET]: {
        ...channelOf(path, 'Every frame but calls and events.', Object.keys(frames)),
        'x-close-codes': CLOSE_MEANINGS,
      },
      ...Object.fromEntries(streams.map((one) => [one.name, streamChannel(path, one)])),
      ...Object.fromEntries(calls.map(({ name }) => [callName(name), callChannel(path, name)])),
    },
    operations: operationsOf(clientFrames, { called: calls, streams, frames }),
    components: {
      messages,
      schemas: referredSchemas(withoutLinks(schemas), messages),
      correlationIds: {
        id: {
          description: 'The client’s name for what it asked.',
          location: '$message.payload#/id',
        },
      },
      ...(calls.some(({ needsLogin }) => needsLogin) ? { securitySchemes: SECURITY } : {}),
    },
  })
}

const SECURITY = Object.freeze({
  bearer: { type: 'http', scheme: 'bearer', description: 'An access token.' },
})

function channelOf(path: string, description: string, names: readonly string[]): object {
  return {
    address: path,
    description,
    messages: Object.fromEntries(
      names.map((name) => [name, { $ref: `#/components/messages/${name}` }]),
    ),
    bindings: { ws: { method: 'GET' } },
  }
}

function streamChannel(path: string, { name, description, messages }: DocumentedStream): object {
  return { title: name, ...channelOf(path, description, Object.keys(messages)) }
}

function callName(name: string): string {
  return `Call.${name}`
}

/** Calls have channels of their own, since tools write a channel out whole for each operation on it. */
function callChannel(path: string, name: string): object {
  const names = [callName(name), `Result.${name}`, 'Error']
  return { title: callName(name), ...channelOf(path, `Calls of ${name}.`, names) }
}

function refs(channel: string, names: readonly string[]): readonly object[] {
  return names.map((name) => ({ $ref: `#/channels/${channel}/messages/${name}` }))
}

interface Operated {
  readonly called: readonly DocumentedCall[]
  readonly streams: readonly DocumentedStream[]
  readonly frames: Messages
}

/** From the side of the server: it receives frames and answers them, and sends what nobody asked for. */
function operationsOf(
  clientFrames: Readonly<Record<string, TSchema>>,
  { called, streams, frames }: Operated,
): Readonly<Record<string, object>> {
  const received = servedNotes(clientFrames).map(
    ([name, { summary, reply }]) =>
      [`receive_${name}`, receive(SOCKET, [name, reply], summary)] as const,
  )
  const calls = called.map(({ name, summary, needsLogin }) => {
    const security = needsLogin
      ? { security: [{ $ref: '#/components/securitySchemes/bearer' }] }
      : {}
    const operation = receive(callName(name), [callName(name), `Result.${name}`], summary)
    return [`call_${name}`, { ...operation, ...security }] as const
  })
  const sent = Object.entries(SERVER_NOTES)
    .filter(([name, { isUnasked }]) => isUnasked && Object.hasOwn(frames, name))
    .map(([name, { summary }]) => [`send_${name}`, send(SOCKET, [name], summary)] as const)
  const events = streams.map(({ name, messages }) => {
    const summary = `To those who subscribed to ${name}.`
    return [`events_${name}`, send(name, Object.keys(messages), summary)] as const
  })
  return Object.fromEntries<object>([...received, ...calls, ...sent, ...events])
}

function receive(
  name: string,
  [asked, reply]: readonly [asked: string, reply: string],
  summary: string,
): object {
  const channel = { $ref: `#/channels/${name}` }
  return {
    action: 'receive',
    summary,
    channel,
    messages: refs(name, [asked]),
    reply: { channel, messages: refs(name, [reply, 'Error']) },
  }
}

function send(channel: string, names: readonly string[], summary: string): object {
  return {
    action: 'send',
    summary,
    channel: { $ref: `#/channels/${channel}` },
    messages: refs(channel, names),
  }
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
