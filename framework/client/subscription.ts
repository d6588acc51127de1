/** One subscription on the client's socket: resumes where it was when the socket breaks, and tells each event once. */
import { isPast } from './cursor.ts'
import type { Connection, Membership } from './connection.ts'
import { problemIn, textIn, type ServerFrame } from './frame.ts'
import { isPassing, refusal, type ProblemError } from './problem-error.ts'
import { retryMs, type Timing } from './timing.ts'

/** What happened to a row, as its subscriber may see it. */
export interface Event {
  readonly op: 'create' | 'update' | 'delete'
  readonly key: string
  readonly cursor: string
  /** Undefined for deletes. */
  readonly item: Readonly<Record<string, unknown>> | undefined
}

/** What to subscribe to. */
export interface SubscriptionRequest {
  readonly channel: string
  readonly filter?: unknown
  readonly ops?: readonly string[] | undefined
  /** Events after this; undefined: from now on. */
  readonly since?: string | undefined
}

/** What a subscription tells. */
export interface SubscriptionListener {
  onEvent(event: Event): void
  /** Events may have been missed: what was known is worth nothing. */
  onGap(): void
  /** From now on it is for another caller, who may see other rows. */
  onOtherCaller?(): void
  /** It is over; without an error because the client was closed. */
  onEnd(error: ProblemError | undefined): void
}

/** What a subscription needs. */
export interface SubscriptionParts {
  readonly connection: Connection
  readonly timing: Timing
}

/** Subscribes. @returns ends it; nothing is told after that */
export function subscribe(
  parts: SubscriptionParts,
  request: SubscriptionRequest,
  listener: SubscriptionListener,
): () => void {
  const subscription = new Subscription(parts, request, listener)
  return () => subscription.close()
}

class Subscription {
  readonly #timing: Timing
  readonly #request: SubscriptionRequest
  readonly #listener: SubscriptionListener
  #membership: Membership | undefined
  /** Everything up to it has been told. */
  #cursor: string | undefined
  #isLive = false
  #refusals = 0
  /** Calls off the next asking. */
  #cancel = (): void => undefined

  constructor(
    { connection, timing }: SubscriptionParts,
    request: SubscriptionRequest,
    listener: SubscriptionListener,
  ) {
    this.#timing = timing
    this.#request = request
    this.#listener = listener
    this.#cursor = request.since
    connection.join((membership) => {
      this.#membership = membership
      return {
        onReady: (isOther) => {
          this.#ask()
          if (isOther) listener.onOtherCaller?.()
        },
        onFrame: (frame) => this.#take(frame),
        onBroken: () => {
          this.#isLive = false
          this.#cancel()
        },
        onFailed: (error) => this.#end(error),
      }
    })
  }

  close(): void {
    this.#membership?.send('Unsubscribe')
    this.#leave()
  }

  #ask(): void {
    this.#membership?.send('Subscribe', { ...this.#request, since: this.#cursor })
  }

  #take(frame: ServerFrame): void {
    switch (frame.type) {
      case 'Subscribed':
        this.#begin(frame)
        break
      case 'Event':
        this.#pass(frame)
        break
      case 'Resync':
        this.#listener.onGap()
        break
      case 'Pong':
        if (this.#isLive) this.#advance(textIn(frame, 'cursor'))
        break
      case 'Unsubscribed':
        this.#end(endedFor(textIn(frame, 'reason')))
        break
      case 'Error':
        this.#refused(problemIn(frame))
    }
  }

  #begin(frame: ServerFrame): void {
    const { recovered } = frame.payload as { readonly recovered: boolean }
    this.#isLive = true
    this.#refusals = 0
    if (this.#cursor === undefined || !recovered) this.#cursor = textIn(frame, 'cursor')
    if (!recovered) this.#listener.onGap()
  }

  #pass({ op = 'update', key = '', cursor = '', payload }: ServerFrame): void {
    if (!this.#advance(cursor)) return
    this.#listener.onEvent({ op, key, cursor, item: payload as Event['item'] })
  }

  /** @returns whether it is past what was seen */
  #advance(cursor: string | undefined): boolean {
    if (cursor === undefined || !isPast(cursor, this.#cursor)) return false
    this.#cursor = cursor
    return true
  }

  #refused(error: ProblemError): void {
    if (!isPassing(error)) {
      this.#end(error)
      return
    }
    const waitMs = retryMs(this.#refusals++, this.#timing, error)
    this.#cancel = this.#timing.clock.after(waitMs, () => this.#ask())
  }

  #leave(): void {
    this.#cancel()
    this.#membership?.leave()
    this.#membership = undefined
  }

  #end(error: ProblemError | undefined): void {
    this.#leave()
    this.#listener.onEnd(error)
  }
}

function endedFor(reason: string | undefined): ProblemError {
  return reason === 'forbidden' ? refusal(403, 'Not allowed') : refusal(404, 'Gone')
}
