/** The schemas of what the server sends: one table of frames, and the events of a channel. */
import Type, { type TSchema } from 'typebox'
import type { ChangeOperation } from '../event/change.ts'

const STRICT = { additionalProperties: false }
const ID = Type.Optional(
  Type.Union([Type.String(), Type.Integer()], {
    description: 'That of the frame it answers, or of the subscription it is about.',
  }),
)
const CURSOR = Type.String({ description: 'A place in the one order of all events.' })
const CHANNEL = Type.String()
const PRESENCE_ENTRY = Type.Object(
  {
    key: Type.String({ description: 'Names the entry; joins with a known key change it.' }),
    subject: Type.String({ description: 'The id of the user; each device is an entry.' }),
    meta: Type.Record(Type.String(), Type.Unknown()),
  },
  STRICT,
)
const ENTRIES = Type.Array(PRESENCE_ENTRY)

function frame(type: string, members: Readonly<Record<string, TSchema>>): TSchema {
  return Type.Object({ type: Type.Literal(type), id: ID, ...members }, STRICT)
}

/** Points at a schema of the document. */
export function schemaRef(name: string): TSchema {
  return Type.Unsafe({ $ref: `#/components/schemas/${name}` })
}

/** Every frame of the server but events, whose payloads depend on the channel. */
export const SERVER_FRAMES = Object.freeze({
  Subscribed: frame('Subscribed', {
    payload: Type.Object(
      {
        channel: CHANNEL,
        cursor: CURSOR,
        recovered: Type.Boolean({
          description: 'False: the gap since the cursor is not replayed.',
        }),
      },
      STRICT,
    ),
  }),
  Unsubscribed: frame('Unsubscribed', {
    channel: CHANNEL,
    payload: Type.Object({ reason: Type.Enum(['client', 'forbidden', 'gone']) }, STRICT),
  }),
  Authenticated: frame('Authenticated', {
    payload: Type.Object({ subject: Type.String(), expires_in: Type.Integer() }, STRICT),
  }),
  Expiring: frame('Expiring', { payload: Type.Object({ expires_in: Type.Integer() }, STRICT) }),
  Result: frame('Result', {
    status: Type.Integer({ description: 'As over HTTP.' }),
    etag: Type.Optional(Type.String({ description: 'Of the row, for `if_match`.' })),
    payload: Type.Optional(Type.Unknown({ description: 'The body that HTTP answers.' })),
  }),
  Presence: frame('Presence', {
    payload: Type.Union([
      Type.Object({ channel: CHANNEL, state: ENTRIES }, STRICT),
      Type.Object({ channel: CHANNEL, joins: ENTRIES, leaves: ENTRIES }, STRICT),
    ]),
  }),
  Pong: frame('Pong', { payload: Type.Object({ cursor: CURSOR }, STRICT) }),
  Resync: frame('Resync', { channel: CHANNEL }),
  Error: frame('Error', {
    status: Type.Integer(),
    retry_after: Type.Optional(
      Type.Integer({ description: 'Seconds to wait before it is sent again, for 429 and 503.' }),
    ),
    payload: schemaRef('problem'),
  }),
})

/** The events of one kind on a channel. Of a row that is gone, or left the view, nothing but the key is told. */
export function eventSchema(channel: string, op: ChangeOperation, item: TSchema): TSchema {
  return frame('Event', {
    channel: Type.Literal(channel),
    op: Type.Literal(op),
    key: Type.String(),
    cursor: CURSOR,
    ...(op === 'delete' ? {} : { payload: item }),
  })
}

/** What answers one call, with that status. */
export function resultSchema(
  status: number,
  { hasETag, payload }: { readonly hasETag: boolean; readonly payload: TSchema | undefined },
): TSchema {
  return frame('Result', {
    status: Type.Literal(status),
    ...(hasETag ? { etag: Type.Optional(Type.String()) } : {}),
    ...(payload === undefined ? {} : { payload }),
  })
}
