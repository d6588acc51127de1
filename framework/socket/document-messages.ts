/** The messages of the AsyncAPI document: every frame, the events of each channel, and each call with its result. */
import Type, { type TSchema } from 'typebox'
import type { ChangeOperation } from '../event/change.ts'
import type { Channel } from '../event/channel.ts'
import { CLIENT_NOTES, SERVER_NOTES, type ServerFrameName } from './frame-notes.ts'
import { eventSchema, resultSchema, schemaRef, SERVER_FRAMES } from './server-frame-schemas.ts'

/** A resource that has a live channel of its own name. */
export interface DocumentedResource {
  readonly name: string
  readonly description: string | undefined
  /** A row, as one of those who may read most of it sees it. */
  readonly example: { readonly key: string; readonly item: unknown }
}

/** An operation that can be called. */
export interface DocumentedCall {
  /** The operationId. */
  readonly name: string
  readonly summary: string
  readonly description: string
  readonly needsLogin: boolean
  /** It takes an idempotency key. */
  readonly isKept: boolean
  readonly input: Readonly<Record<string, unknown>>
  readonly example: unknown
  readonly answers: readonly {
    readonly status: number
    readonly hasETag: boolean
    readonly schema: Readonly<Record<string, unknown>> | undefined
    readonly example: unknown
  }[]
}

/** A message of the document. */
export interface Message {
  readonly title: string
  readonly summary: string
  readonly payload: unknown
  readonly correlationId?: object
  readonly examples: readonly { readonly payload: unknown }[]
}

/** Messages by name. */
export type Messages = Readonly<Record<string, Message>>

/** One stream of events. */
export interface DocumentedStream {
  readonly name: string
  readonly description: string
  readonly messages: Messages
}

const OPERATIONS: readonly ChangeOperation[] = Object.freeze(['create', 'update', 'delete'])
const ID_OF_EXAMPLE = 3
/** What answers and events carry back. */
const CORRELATION = Object.freeze({ $ref: '#/components/correlationIds/id' })
const CURSOR = 'b62d413930c2-1'

/** The frames of clients that are served. */
export function clientMessages(frames: Readonly<Record<string, TSchema>>): Messages {
  const messages = servedNotes(frames).map(([name, { summary, examples }]) => {
    const payload = frames[name]
    const shown = examples.map((example) => ({ payload: example }))
    const message = { title: name, summary, correlationId: CORRELATION, payload, examples: shown }
    return [name, message] as const
  })
  return Object.fromEntries(messages)
}

/** The frames of the server that something which is served leads to. */
export function serverMessages(clientFrames: Readonly<Record<string, TSchema>>): Messages {
  const served = new Set(servedNotes(clientFrames).map(([, { reply }]) => reply))
  const unserved = new Set(Object.values(CLIENT_NOTES).map(({ reply }) => reply)).difference(served)
  const names = (Object.keys(SERVER_FRAMES) as ServerFrameName[]).filter(
    (name) => !unserved.has(name),
  )
  const messages = names.map((name) => {
    const { summary, example } = SERVER_NOTES[name]
    const payload = SERVER_FRAMES[name]
    const examples = [{ payload: example }]
    return [name, { title: name, summary, correlationId: CORRELATION, payload, examples }] as const
  })
  return Object.fromEntries(messages)
}

/** The notes of the frames that are served. */
export function servedNotes(clientFrames: Readonly<Record<string, TSchema>>) {
  return Object.entries(CLIENT_NOTES).filter(([name]) => Object.hasOwn(clientFrames, name))
}

/** The live channel of each resource. */
export function resourceStreams(
  resources: readonly DocumentedResource[],
): readonly DocumentedStream[] {
  return resources.map(({ name, description, example }) => {
    const kinds = OPERATIONS.map(
      (op) => [op, eventMessage(name, op, { of: name, example })] as const,
    )
    const what = description === undefined ? '' : ` ${description}`
    return {
      name,
      description: `What becomes of the rows of ${name} that you may see: one that enters your view is a create, one that leaves it a delete.${what}`,
      messages: Object.fromEntries(kinds.map(([op, made]) => [`Event.${name}.${op}`, made])),
    }
  })
}

/** Declared channels, as far as what feeds them is served. */
export function channelStreams(
  channels: readonly Channel[],
  resources: readonly DocumentedResource[],
): readonly DocumentedStream[] {
  return channels.flatMap(({ name, source, example: item, ...declared }) => {
    const { operation: op, resource: of } = source
    const resource = resources.find((one) => one.name === of)
    if (resource === undefined) return []
    const example = item === undefined ? resource.example : { ...resource.example, item }
    const messages = { [`Event.${name}.${op}`]: eventMessage(name, op, { of, example }) }
    return [{ name, description: channelDescription(declared), messages }]
  })
}

function channelDescription({
  description,
  subscribedBy = [],
}: Pick<Channel, 'description' | 'subscribedBy'>): string {
  if (subscribedBy.length === 0) return description
  return `${description} A socket that calls ${subscribedBy.join(', ')} is subscribed by that.`
}

interface EventOf {
  readonly of: string
  readonly example: DocumentedResource['example']
}

const HAPPENED: Readonly<Record<ChangeOperation, string>> = Object.freeze({
  create: 'was created, or entered your view',
  update: 'was updated',
  delete: 'was deleted, or left your view',
})

function eventMessage(channel: string, op: ChangeOperation, { of, example }: EventOf): Message {
  const { key, item } = example
  const event = { type: 'Event', channel, op, key, cursor: CURSOR }
  return {
    title: `${channel}: ${op}`,
    summary: `A row of ${of} ${HAPPENED[op]}.`,
    correlationId: CORRELATION,
    payload: eventSchema(channel, op, schemaRef(`${of}_item`)),
    examples: [{ payload: op === 'delete' ? event : { ...event, payload: item } }],
  }
}

/** A call, and what answers it. */
export function callMessages(call: DocumentedCall): {
  readonly asked: Message
  readonly answered: Message
} {
  const { name, summary, description, example, answers } = call
  const payload = { action: name, input: example }
  const results = answers.map(({ status, hasETag, schema }) =>
    resultSchema(status, { hasETag, payload: schema && Type.Unsafe(schema) }),
  )
  const [single, ...others] = results
  const shown = answers.map(({ status, schema, example: body }) => ({
    payload: {
      type: 'Result',
      id: ID_OF_EXAMPLE,
      status,
      ...(schema === undefined ? {} : { payload: body }),
    },
  }))
  return {
    asked: {
      title: `Call ${name}`,
      summary: `${summary}. ${description}`,
      correlationId: CORRELATION,
      payload: callSchema(call),
      examples: [{ payload: { type: 'Call', id: ID_OF_EXAMPLE, payload } }],
    },
    answered: {
      title: `Result of ${name}`,
      summary: `What came of ${name}.`,
      correlationId: CORRELATION,
      payload: others.length === 0 ? single : Type.Union(results),
      examples: shown,
    },
  }
}

function callSchema({ name, input, isKept }: DocumentedCall): TSchema {
  const strict = { additionalProperties: false }
  const taken = Type.Unsafe(input)
  const needed = input['required'] !== undefined || input['type'] !== 'object'
  const payload = Type.Object(
    {
      action: Type.Literal(name),
      input: needed ? taken : Type.Optional(taken),
      ...(isKept ? { key: Type.Optional(Type.String({ description: 'Idempotency key.' })) } : {}),
    },
    strict,
  )
  const id = Type.Union([Type.String(), Type.Integer()])
  return Type.Object({ type: Type.Literal('Call'), id, payload }, strict)
}
