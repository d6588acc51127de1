/** What clients may send: one schema per type of frame, and the reading of a text as one of them. */
import Type, { type Static } from 'typebox'
import { InvalidError } from '../errors.ts'
import type { OperationId } from '../event/shared-frame.ts'
import { validatorOf } from '../resource/validator.ts'

const STRICT = { additionalProperties: false }

/** A client's name for an operation. */
const ID = Type.Union([
  Type.String({ minLength: 1, maxLength: 64 }),
  Type.Integer({ minimum: Number.MIN_SAFE_INTEGER, maximum: Number.MAX_SAFE_INTEGER }),
])

const SUBSCRIBE_PAYLOAD = Type.Object(
  {
    channel: Type.String(),
    since: Type.Optional(Type.String()),
    filter: Type.Optional(Type.Unknown()),
    ops: Type.Optional(Type.Array(Type.String(), { minItems: 1, maxItems: 3 })),
  },
  STRICT,
)

const TRACK_PAYLOAD = Type.Object(
  {
    channel: Type.String(),
    meta: Type.Optional(Type.Union([Type.Record(Type.String(), Type.Unknown()), Type.Null()])),
    ttl: Type.Optional(Type.Integer({ minimum: 1, maximum: 300 })),
  },
  STRICT,
)

/** Every frame that is served. Whatever has no row here is refused. */
export const CLIENT_FRAMES = Object.freeze({
  Subscribe: Type.Object(
    {
      type: Type.Literal('Subscribe'),
      id: Type.Optional(ID),
      payload: Type.Union([Type.String(), SUBSCRIBE_PAYLOAD]),
    },
    STRICT,
  ),
  Unsubscribe: Type.Object(
    {
      type: Type.Literal('Unsubscribe'),
      id: Type.Optional(ID),
      payload: Type.Optional(Type.String()),
    },
    STRICT,
  ),
  Authenticate: Type.Object(
    {
      type: Type.Literal('Authenticate'),
      id: Type.Optional(ID),
      payload: Type.Object({ token: Type.String() }, STRICT),
    },
    STRICT,
  ),
  Call: Type.Object(
    {
      type: Type.Literal('Call'),
      id: ID,
      payload: Type.Object(
        {
          action: Type.String({ maxLength: 200 }),
          input: Type.Optional(Type.Record(Type.String(), Type.Unknown())),
          key: Type.Optional(Type.String()),
        },
        STRICT,
      ),
    },
    STRICT,
  ),
  Track: Type.Object(
    { type: Type.Literal('Track'), id: Type.Optional(ID), payload: TRACK_PAYLOAD },
    STRICT,
  ),
  Ping: Type.Object({ type: Type.Literal('Ping'), id: Type.Optional(ID) }, STRICT),
})

type FrameType = keyof typeof CLIENT_FRAMES
type FrameOf<T extends FrameType> = Static<(typeof CLIENT_FRAMES)[T]>

/** A frame of a client, checked against its schema. */
export type ClientFrame = { [T in FrameType]: FrameOf<T> }[FrameType]
/** Asks for the events of a channel. */
export type SubscribeFrame = FrameOf<'Subscribe'>
/** Ends a subscription. */
export type UnsubscribeFrame = FrameOf<'Unsubscribe'>
/** Tells where the client is, and what it does there. */
export type TrackFrame = FrameOf<'Track'>
/** Tells who the client is. */
export type AuthenticateFrame = FrameOf<'Authenticate'>

/** Runs an operation of the API. */
export type CallFrame = FrameOf<'Call'>

/** The id of what a client sent, also when nothing else of it is good; undefined when it has none. */
export function idOf(value: unknown): OperationId | undefined {
  if (typeof value !== 'object' || value === null || !('id' in value)) return undefined
  const { id } = value
  return validatorOf(ID).isValid(id) ? (id as OperationId) : undefined // as its schema says
}

/** The frame that a value is. @throws InvalidError with every fault */
export function toClientFrame(value: unknown): ClientFrame {
  if (typeof value !== 'object' || value === null || Array.isArray(value)) {
    throw new InvalidError([{ pointer: '', detail: 'must be an object' }])
  }
  const type = 'type' in value ? value.type : undefined
  if (!isFrameType(type)) {
    const detail = `must be one of ${Object.keys(CLIENT_FRAMES).join(', ')}`
    throw new InvalidError([{ pointer: '/type', detail }])
  }
  validatorOf(CLIENT_FRAMES[type]).check(value)
  return value as ClientFrame // as just checked
}

function isFrameType(type: unknown): type is FrameType {
  return typeof type === 'string' && Object.hasOwn(CLIENT_FRAMES, type)
}
