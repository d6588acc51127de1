/** Answers the frames of a client, one for one. */
import { InvalidError, ResourceError } from '../errors.ts'
import { formatCursor } from '../event/change.ts'
import type { Hub, SubscribeRequest } from '../event/hub.ts'
import type { OperationId } from '../event/shared-frame.ts'
import type { Sink, Subscription } from '../event/subscription.ts'
import { parseJson } from '../resource/json-guard.ts'
import {
  idOf,
  toClientFrame,
  type AuthenticateFrame,
  type CallFrame,
  type ClientFrame,
  type SubscribeFrame,
  type TrackFrame,
  type UnsubscribeFrame,
} from './client-frame.ts'
import type { SendQueue } from './send-queue.ts'
import { errorFrame, serverFrame } from './server-frame.ts'
import type { SessionCaller } from './session-caller.ts'
import type { SessionCalls } from './session-calls.ts'
import type { SessionPresence } from './session-presence.ts'
import type { SessionSubscriptions } from './session-subscriptions.ts'
import type { SocketLimits } from './socket-limits.ts'

/** What answering needs of a socket. */
export interface Served {
  /** Whether frames are answered at all: not once the socket closes, or its caller's token was revoked. */
  readonly isTaking: () => boolean
  readonly hub: Hub
  /** Takes answers. */
  readonly queue: SendQueue
  /** Takes what happens, as long as the caller may be told of it. */
  readonly news: Sink
  readonly subscriptions: SessionSubscriptions
  readonly calls: SessionCalls
  readonly presence: SessionPresence
  readonly caller: SessionCaller
  readonly limits: Pick<SocketLimits, 'filterNodes'>
  /** The channels that a call of an operation subscribes to. */
  readonly channelsOf: (operation: string) => readonly string[]
  /** Does something when the frames before it are answered, and those behind it are not. */
  readonly inTurn: (work: () => Promise<void>) => void
  readonly report: (error: unknown) => void
}

/** Answers one message with one frame, calls when they are done; nothing once the socket closes. Never throws. */
export async function answer(served: Served, message: Buffer, isBinary: boolean): Promise<void> {
  if (!served.isTaking()) return
  let id: OperationId | undefined
  try {
    if (isBinary) throw new InvalidError([{ pointer: '', detail: 'must be text' }])
    const value = parseJson(message.toString('utf8'))
    id = idOf(value)
    await serve(served, toClientFrame(value))
  } catch (error) {
    refuse(served, id, error)
  }
}

function refuse({ queue, report }: Served, id: OperationId | undefined, error: unknown): void {
  if (!(error instanceof ResourceError) || error.code === 'internal') report(error)
  queue.send(errorFrame(id, error))
}

async function serve(served: Served, frame: ClientFrame): Promise<void> {
  refuseTaken(served, frame)
  switch (frame.type) {
    case 'Subscribe':
      await subscribe(served, frame)
      break
    case 'Unsubscribe':
      unsubscribe(served, frame)
      break
    case 'Authenticate':
      await authenticate(served, frame)
      break
    case 'Call':
      // Not waited for: other frames, and other calls, go on meanwhile.
      served.calls.begin(frame, () => served.inTurn(() => subscribeAfter(served, frame)))
      break
    case 'Track':
      await track(served, frame)
      break
    case 'Ping': {
      const cursor = formatCursor(served.hub.cursorOf(served.subscriptions))
      served.queue.send(serverFrame('Pong', frame.id, { payload: { cursor } }))
    }
  }
}

/** @throws ConflictError when something else of the client's has the id */
function refuseTaken({ calls, subscriptions, presence }: Served, frame: ClientFrame): void {
  const { id, type } = frame
  calls.refuseTaken(id)
  if (type === 'Unsubscribe') return
  subscriptions.refuseTaken(id)
  presence.refuseTaken(id, type === 'Track' ? frame.payload.channel : undefined)
}

async function subscribe(served: Served, { id, payload }: SubscribeFrame): Promise<void> {
  const { subscriptions } = served
  const asked = typeof payload === 'string' ? { channel: payload } : payload
  subscriptions.refuseAnother(asked.channel, id)
  await open(served, { ...asked, id }, subscriptions.add)
}

/** Subscribes to what the caller has come into by a call. That is done and answered, whatever becomes of this. */
async function subscribeAfter(served: Served, { payload: { action } }: CallFrame): Promise<void> {
  const { subscriptions } = served
  try {
    for (const channel of served.channelsOf(action)) {
      if (subscriptions.has(channel) || !served.isTaking()) continue
      subscriptions.refuseMore()
      await open(served, { channel }, subscriptions.addUnasked)
    }
  } catch (error) {
    refuse(served, undefined, error)
  }
}

async function open(
  served: Served,
  asked: Pick<SubscribeRequest, 'channel' | 'id' | 'since' | 'filter' | 'ops'>,
  add: (subscription: Subscription) => void,
): Promise<void> {
  const { hub, queue, subscriptions, caller } = served
  const { id } = asked
  const onLost = (): void => {
    subscriptions.forget(subscription)
    const { channel } = subscription
    queue.send(serverFrame('Unsubscribed', id, { channel, payload: { reason: 'forbidden' } }))
  }
  const maxFilterNodes = served.limits.filterNodes
  const request = { ...asked, caller: caller.current(), maxFilterNodes, onLost }
  const subscription = await hub.subscribe(request, served.news)
  if (!served.isTaking()) {
    subscription.end()
    return
  }
  add(subscription)
  const { channel, cursor, isRecovered } = subscription
  const told = { channel, cursor: formatCursor(cursor), recovered: isRecovered }
  queue.send(serverFrame('Subscribed', id, { payload: told }))
  subscription.start()
}

async function track(served: Served, { id, payload }: TrackFrame): Promise<void> {
  const { subscriptions, presence } = served
  if (!presence.has(payload.channel)) subscriptions.refuseMore()
  await presence.track(id, payload, served.isTaking)
}

function unsubscribe(
  { queue, subscriptions, presence }: Served,
  { id, payload }: UnsubscribeFrame,
): void {
  const { id: named, channel } = presence.end(id, payload) ?? subscriptions.end(id, payload)
  queue.send(serverFrame('Unsubscribed', named, { channel, payload: { reason: 'client' } }))
}

async function authenticate(served: Served, { id, payload }: AuthenticateFrame): Promise<void> {
  const { queue, subscriptions, presence, caller } = served
  const next = await caller.authenticate(payload.token)
  if (!served.isTaking()) return
  const told = { subject: next.subject, expires_in: caller.expiresInSeconds() ?? 0 }
  queue.send(serverFrame('Authenticated', id, { payload: told }))
  for (const { id: named, channel } of subscriptions.reauthorize(next)) {
    queue.send(serverFrame('Unsubscribed', named, { channel, payload: { reason: 'forbidden' } }))
  }
  presence.recheck()
}
