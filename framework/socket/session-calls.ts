/** The calls of one socket: run side by side up to a limit, each answered as soon as it is done and the reader has room. */
import { ConflictError, TooManyRequestsError, UnavailableError } from '../errors.ts'
import type { OperationId } from '../event/shared-frame.ts'
import type { RequestClient } from '../security/request-client.ts'
import type { CallOperation } from '../action/call.ts'
import type { CallFrame } from './client-frame.ts'
import type { SendQueue } from './send-queue.ts'
import { errorFrame, serverFrame } from './server-frame.ts'
import type { SessionCaller } from './session-caller.ts'

/** What {@link createSessionCalls} needs. */
export interface SessionCallsOptions {
  /** Most calls in flight. */
  readonly limit: number
  readonly call: CallOperation
  readonly caller: Pick<SessionCaller, 'verified'>
  readonly client: RequestClient
  readonly queue: Pick<SendQueue, 'ready' | 'send'>
  /** Told of each call that was not answered with a result. */
  readonly onFailure: (error: unknown, frame: CallFrame) => void
}

/** The calls of one socket. */
export interface SessionCalls {
  /** @throws ConflictError when a call in flight has that id */
  refuseTaken(id: OperationId | undefined): void
  /**
   * Runs a call, and sends its answer when there is one. It goes on when the socket closes: what it writes is written.
   * @param onDone told when a result has been sent
   * @throws TooManyRequestsError when there are too many; UnavailableError when the socket is about to close
   */
  begin(frame: CallFrame, onDone?: () => void): void
  /** Takes no more. Resolves when none is in flight. */
  end(): Promise<void>
}

/** What came of a call, and the frame that tells of it. */
interface Outcome {
  readonly isDone: boolean
  readonly bytes: Buffer
}

/** What a refused client is told to wait: a call lasts about so long. */
const RETRY_SECONDS = 1

/** Creates the calls of a socket that has none yet. */
export function createSessionCalls(options: SessionCallsOptions): SessionCalls {
  const { limit, call, caller, client, queue, onFailure } = options
  const inFlight = new Map<OperationId, Promise<void>>()
  let isEnding = false
  let lastSent: Promise<void> = Promise.resolve()

  async function run(frame: CallFrame): Promise<Outcome> {
    const { id, payload } = frame
    const { action, input = {}, key } = payload
    try {
      const answer = await call({ action, input, key, caller: await caller.verified(), client })
      return { isDone: true, bytes: serverFrame('Result', id, answer) }
    } catch (error) {
      onFailure(error, frame)
      return { isDone: false, bytes: errorFrame(id, error) }
    }
  }

  async function answer(frame: CallFrame, onDone?: () => void): Promise<void> {
    const { isDone, bytes } = await run(frame)
    await sendInTurn(frame.id, bytes)
    if (isDone) onDone?.()
  }

  /** One after another, each when the reader has room: a client that asks for much is slow, and no reason to close it. */
  function sendInTurn(id: OperationId, bytes: Buffer): Promise<void> {
    lastSent = lastSent.then(async () => {
      await queue.ready()
      inFlight.delete(id)
      queue.send(bytes)
    })
    return lastSent
  }

  return Object.freeze<SessionCalls>({
    refuseTaken(id) {
      if (id !== undefined && inFlight.has(id)) {
        throw new ConflictError('The id is in use: a call in flight has it.')
      }
    },
    begin(frame, onDone) {
      if (isEnding) throw new UnavailableError('The server restarts. Connect again.')
      if (inFlight.size >= limit) {
        const detail = `A socket has at most ${limit} calls in flight.`
        throw new TooManyRequestsError(RETRY_SECONDS, detail)
      }
      inFlight.set(frame.id, answer(frame, onDone))
    },
    async end() {
      isEnding = true
      await Promise.all(inFlight.values())
    },
  })
}
