/** What documents say of each type of frame, beside its schema. */
import type { CLIENT_FRAMES } from './client-frame.ts'
import type { SERVER_FRAMES } from './server-frame-schemas.ts'

/** The name of a frame of the server. */
export type ServerFrameName = keyof typeof SERVER_FRAMES

/** Of a frame that clients send. */
export interface ClientFrameNote {
  readonly summary: string
  /** What answers it; an `Error` may answer every frame. */
  readonly reply: ServerFrameName
  readonly examples: readonly object[]
}

/** Of a frame that the server sends. */
export interface ServerFrameNote {
  readonly summary: string
  /** It is also sent when nobody asks. */
  readonly isUnasked: boolean
  readonly example: object
}

const CURSOR = 'b62d413930c2-1'
const PERSON = { key: 'p1', subject: '9b38eb94-573f-43d6-a9e7-910757ce3f54' }
const ENTRY = { ...PERSON, meta: { typing: true } }
const ROOM = 'conversation:7'

/** Notes of every frame of clients that there is. */
export const CLIENT_NOTES: Readonly<
  Record<keyof typeof CLIENT_FRAMES | 'Call' | 'Track', ClientFrameNote>
> = Object.freeze({
  Subscribe: {
    summary: 'Asks for the events of a channel, from now on or from a cursor.',
    reply: 'Subscribed',
    examples: [
      { type: 'Subscribe', payload: 'message' },
      {
        type: 'Subscribe',
        id: 2,
        payload: {
          channel: 'message',
          ops: ['create', 'delete'],
          filter: { text: { contains: 'hi' } },
          since: CURSOR,
        },
      },
    ],
  },
  Unsubscribe: {
    summary: 'Ends a subscription, by the name of its channel or by its id.',
    reply: 'Unsubscribed',
    examples: [
      { type: 'Unsubscribe', payload: 'message' },
      { type: 'Unsubscribe', id: 2 },
    ],
  },
  Authenticate: {
    summary: 'Logs in, or brings a fresh token of the same user before the old one ends.',
    reply: 'Authenticated',
    examples: [{ type: 'Authenticate', payload: { token: 'eyJhbGciOiJIUzI1NiJ9.e30.c2lnbmVk' } }],
  },
  Call: {
    summary: 'Runs an operation of the API. There is one message for each below.',
    reply: 'Result',
    examples: [
      { type: 'Call', id: 3, payload: { action: 'message_read', input: { key: 'a' }, key: 'k-1' } },
    ],
  },
  Track: {
    summary: 'Appears in a channel with what others there may know, for so many seconds.',
    reply: 'Presence',
    examples: [
      { type: 'Track', id: 4, payload: { channel: ROOM, meta: { typing: true }, ttl: 5 } },
      { type: 'Track', id: 4, payload: { channel: ROOM, meta: null } },
    ],
  },
  Ping: {
    summary: 'Asks for the cursor from which everything subscribed to can be resumed.',
    reply: 'Pong',
    examples: [{ type: 'Ping' }],
  },
})

/** Notes of every frame of the server. */
export const SERVER_NOTES: Readonly<Record<ServerFrameName, ServerFrameNote>> = Object.freeze({
  Subscribed: {
    summary:
      'Events follow. Without `recovered` something since the cursor is missing. Without asking it comes behind calls that subscribe.',
    isUnasked: true,
    example: {
      type: 'Subscribed',
      id: 2,
      payload: { channel: 'message', cursor: CURSOR, recovered: true },
    },
  },
  Unsubscribed: {
    summary: 'A subscription has ended: as asked, or because there is nothing left to see.',
    isUnasked: true,
    example: { type: 'Unsubscribed', id: 2, channel: 'message', payload: { reason: 'forbidden' } },
  },
  Authenticated: {
    summary: 'Who the client is now, and for how many seconds.',
    isUnasked: false,
    example: { type: 'Authenticated', payload: { subject: PERSON.subject, expires_in: 900 } },
  },
  Expiring: {
    summary: 'The token ends in so many seconds: Authenticate with a fresh one.',
    isUnasked: true,
    example: { type: 'Expiring', payload: { expires_in: 60 } },
  },
  Result: {
    summary: 'What came of a call.',
    isUnasked: false,
    example: { type: 'Result', id: 3, status: 200, etag: '"a"', payload: {} },
  },
  Presence: {
    summary: 'Who is in a channel: all of them, then who comes and goes.',
    isUnasked: true,
    example: { type: 'Presence', id: 4, payload: { channel: ROOM, joins: [ENTRY], leaves: [] } },
  },
  Pong: {
    summary: 'The cursor from which all subscriptions of this socket can be resumed.',
    isUnasked: false,
    example: { type: 'Pong', payload: { cursor: CURSOR } },
  },
  Resync: {
    summary: 'Something may be missing: read the snapshot again. The subscription goes on.',
    isUnasked: true,
    example: { type: 'Resync', id: 2, channel: 'message' },
  },
  Error: {
    summary:
      'A frame was refused. The socket stays open. With `retry_after` it may go better in so many seconds.',
    isUnasked: false,
    example: {
      type: 'Error',
      id: 2,
      status: 404,
      payload: { type: '/problems/not_found', title: 'Not found', status: 404 },
    },
  },
})
