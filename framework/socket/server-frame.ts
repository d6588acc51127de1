/** What the server answers: each frame as bytes. Events are the hub's, since all sockets share them. */
import type { OperationId } from '../event/shared-frame.ts'
import { retryAfterSecondsOf, toProblem } from '../problem.ts'
import type { CallAnswer } from '../action/call.ts'

/** `payload` of each type of frame, and what stands beside it. */
interface ServerFrames {
  readonly Subscribed: {
    readonly payload: {
      readonly channel: string
      readonly cursor: string
      readonly recovered: boolean
    }
  }
  readonly Unsubscribed: {
    readonly channel: string
    readonly payload: { readonly reason: 'client' | 'forbidden' }
  }
  readonly Authenticated: {
    readonly payload: { readonly subject: string; readonly expires_in: number }
  }
  readonly Expiring: { readonly payload: { readonly expires_in: number } }
  readonly Pong: { readonly payload: { readonly cursor: string } }
  readonly Result: CallAnswer
}

/** A frame of the server. `id` is that of the frame it answers, or of the subscription it is about. */
export function serverFrame<T extends keyof ServerFrames>(
  type: T,
  id: OperationId | undefined,
  content: ServerFrames[T],
): Buffer {
  return toBytes(type, id, content)
}

/** The answer to a frame that failed. Tells no more than `toProblem`, and what HTTP tells as `Retry-After` (RFC 9110 §10.2.3). */
export function errorFrame(id: OperationId | undefined, error: unknown): Buffer {
  const problem = toProblem(error)
  const seconds = retryAfterSecondsOf(error)
  const wait = seconds === undefined ? {} : { retry_after: Math.ceil(seconds) }
  return toBytes('Error', id, { status: problem.status, ...wait, payload: problem })
}

function toBytes(type: string, id: OperationId | undefined, content: object): Buffer {
  return Buffer.from(JSON.stringify({ type, ...(id === undefined ? {} : { id }), ...content }))
}
