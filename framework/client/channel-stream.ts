/** The events of one channel, handed to a listener or to a loop. */
import { ProblemError } from './problem-error.ts'
import { subscribe, type Event, type SubscriptionParts } from './subscription.ts'

/** What is wanted of a channel. */
export interface ChannelRequest {
  readonly channel: string
  readonly where?: unknown
  readonly ops?: readonly string[] | undefined
  readonly since?: string | undefined
  /** Events may have been missed, and the app goes on. Without it that ends the subscription with an error: never silence. */
  readonly onGap?: (() => void) | undefined
}

/** What a channel needs. */
export interface ChannelParts extends SubscriptionParts {
  /** Told of what nobody else is told of. */
  readonly report: (error: unknown) => void
}

/** A subscription that is under way. */
export interface Handle {
  close(): void
}

/** Options of a listener. */
export interface ListenOptions {
  /** Why it has ended; without it the client's `onError` is told. */
  readonly onError?: ((error: unknown) => void) | undefined
}

/** The events of a channel. Each listener and each loop is a subscription of its own. */
export interface ChannelStream extends AsyncIterable<Event> {
  subscribe(listener: (event: Event) => void, options?: ListenOptions): Handle
}

/** Events that wait for a slow loop; more end it with an error. */
const MAX_WAITING = 10_000

/** Makes the stream of a channel; nothing is subscribed to yet. */
export function channelStream(parts: ChannelParts, request: ChannelRequest): ChannelStream {
  function listen(onEvent: (event: Event) => void, onEnd: (error: unknown) => void): Handle {
    const { where: filter, onGap, ...rest } = request
    const close = subscribe(
      parts,
      { ...rest, filter },
      {
        onEvent,
        onEnd,
        onGap:
          onGap ??
          (() => {
            close()
            onEnd(new ProblemError({ title: 'Events were missed.' }))
          }),
      },
    )
    return { close }
  }

  return {
    subscribe: (listener, { onError = parts.report } = {}) =>
      listen(guarded(listener, parts.report), (error) => {
        if (error !== undefined) onError(error)
      }),
    [Symbol.asyncIterator]: () => iterate(listen),
  }
}

/** A callback of the app: what it throws is reported, and nothing else suffers. */
export function guarded<T>(
  callback: (value: T) => void,
  report: (error: unknown) => void,
): (value: T) => void {
  return (value) => {
    try {
      callback(value)
    } catch (error) {
      report(error)
    }
  }
}

type Listen = (onEvent: (event: Event) => void, onEnd: (error: unknown) => void) => Handle

/** Events as a loop takes them; leaving the loop ends the subscription. */
function iterate(listen: Listen): AsyncIterator<Event> {
  const events: Event[] = []
  let over: { readonly error?: unknown } | undefined
  let wake = (): void => undefined

  function end(how: { readonly error?: unknown }): void {
    over ??= how
    handle.close()
    wake()
  }

  const handle = listen(
    (event) => {
      if (events.push(event) > MAX_WAITING) {
        end({ error: new ProblemError({ title: 'The loop is too slow.' }) })
      }
      wake()
    },
    (error) => end(error === undefined ? {} : { error }),
  )
  return {
    async next() {
      for (;;) {
        const event = events.shift()
        if (event !== undefined) return { done: false, value: event }
        if (over !== undefined && 'error' in over) {
          const { error } = over
          over = {}
          throw error
        }
        if (over !== undefined) return { done: true, value: undefined }
        await new Promise<void>((resolve) => (wake = resolve))
      }
    },
    async return() {
      events.length = 0
      end({})
      return { done: true, value: undefined }
    },
  }
}
