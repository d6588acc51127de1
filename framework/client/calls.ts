/** Calls over the socket: each sent once and answered once, or again where a key makes that safe. */
import { CLOSED, type Connection } from './connection.ts'
import { problemIn } from './frame.ts'
import { isPassing, ProblemError, unreachable } from './problem-error.ts'
import type { Answer } from './requests.ts'
import { retryMs, type Timing } from './timing.ts'

/** One call. */
export interface CallRequest {
  readonly action: string
  readonly input: unknown
  /** An idempotency key: then it is sent again when the socket breaks before the answer, or the server is away for the moment. */
  readonly key?: string | undefined
  readonly signal?: AbortSignal | undefined
}

/** Makes calls. @throws ProblemError, or the reason of the signal */
export type Call = (request: CallRequest) => Promise<Answer>

/** What {@link createCall} needs. */
export interface CallOptions {
  readonly connection: Connection
  readonly timing: Timing
}

/** Calls in flight; the server takes no more of one socket. Others wait. */
const MAX_CALLS = 16
/** An answer that takes longer, waiting for the socket included, is taken for lost. */
const TIMEOUT_MS = 30_000

/** Makes the calls of a client. */
export function createCall(options: CallOptions): Call {
  const waiting: (() => void)[] = []
  let running = 0

  return async (request) => {
    if (running < MAX_CALLS) running += 1
    else await new Promise<void>((resolve) => waiting.push(resolve))
    try {
      request.signal?.throwIfAborted()
      return await callOnce(options, request)
    } finally {
      // Whoever waits takes over the place.
      const next = waiting.shift()
      if (next === undefined) running -= 1
      else next()
    }
  }
}

function callOnce({ connection, timing }: CallOptions, request: CallRequest): Promise<Answer> {
  const { action, input, key, signal } = request
  const { promise, resolve, reject } = Promise.withResolvers<Answer>()
  let isSent = false
  let refusals = 0
  let callOff = (): void => undefined
  let leave = (): void => undefined
  const abort = (): void => reject(signal?.reason as Error) // whatever aborted it
  const cancel = timing.clock.after(TIMEOUT_MS, () =>
    reject(unreachable('The server did not answer in time.')),
  )
  signal?.addEventListener('abort', abort)
  connection.join((membership) => {
    leave = membership.leave
    const send = (): void => {
      isSent = true
      membership.send('Call', { action, input, key })
    }
    function refused(error: ProblemError): void {
      const waitMs = retryMs(refusals++, timing, error)
      const isWorthIt = key !== undefined && isPassing(error) && waitMs < TIMEOUT_MS
      if (isWorthIt) callOff = timing.clock.after(waitMs, send)
      else reject(error)
    }
    return {
      onReady: send,
      onFrame(frame) {
        if (frame.type === 'Result') resolve({ body: frame.payload, etag: frame.etag })
        else if (frame.type === 'Error') refused(problemIn(frame))
      },
      onBroken() {
        callOff()
        if (isSent && key === undefined) reject(unreachable('The answer is lost.'))
      },
      onFailed: (error) => reject(error ?? new ProblemError({ title: CLOSED })),
    }
  })
  return promise.finally(() => {
    cancel()
    callOff()
    signal?.removeEventListener('abort', abort)
    leave()
  })
}
