/** The subscriptions of one socket, found by the client's name for them or by their channel. */
import { ConflictError, InvalidError, NotFoundError } from '../errors.ts'
import type { OperationId } from '../event/shared-frame.ts'
import type { Subscription } from '../event/subscription.ts'
import type { Authorization } from '../security/authorization.ts'

/** The subscriptions of one socket. */
export interface SessionSubscriptions extends Iterable<Subscription> {
  /** @throws ConflictError when a subscription has that id */
  refuseTaken(id: OperationId | undefined): void
  /**
   * @throws ConflictError when the client has asked for a subscription without id to the channel already, and InvalidError when there
   * are too many
   */
  refuseAnother(channel: string, id: OperationId | undefined): void
  /** @throws InvalidError when the socket holds as many subscriptions as it may */
  refuseMore(): void
  /** Whether there is a subscription to the channel. */
  has(channel: string): boolean
  /** Adds one that the client has asked for. One that a call has begun ends for it: they would tell the same. */
  add(subscription: Subscription): void
  /** Adds one that a call has begun. */
  addUnasked(subscription: Subscription): void
  /** One that has ended by itself. */
  forget(subscription: Subscription): void
  /**
   * The subscription with that id, of that channel, or both; it is ended and gone.
   * @throws InvalidError when neither is given; NotFoundError; ConflictError when several could be meant
   */
  end(id: OperationId | undefined, channel: string | undefined): Subscription
  /** Goes on under another authorization. @returns those that have no right to be any more; they are ended and gone */
  reauthorize(caller: Authorization): readonly Subscription[]
  endAll(): void
}

/**
 * Creates the subscriptions of a socket that has none yet.
 * @param others how many else count towards the limit
 */
export function createSessionSubscriptions(
  limit: number,
  others: () => number = () => 0,
): SessionSubscriptions {
  const all = new Set<Subscription>()
  const unasked = new WeakSet<Subscription>()

  function find(id: OperationId | undefined, channel: string | undefined): Subscription {
    if (id === undefined && channel === undefined) {
      throw new InvalidError([{ pointer: '/payload', detail: 'or id is required' }])
    }
    const found = [...all].filter(
      (one) =>
        (id === undefined || one.id === id) && (channel === undefined || one.channel === channel),
    )
    const meant = found.length > 1 ? found.find((one) => one.id === undefined) : found[0]
    if (meant !== undefined) return meant
    if (found.length > 1) {
      throw new ConflictError(
        'There are several subscriptions to that channel: name one by its id.',
      )
    }
    throw new NotFoundError('There is no such subscription.')
  }

  function refuseMore(): void {
    if (all.size + others() < limit) return
    throw new InvalidError([
      { pointer: '', detail: `a socket holds at most ${limit} subscriptions` },
    ])
  }

  return Object.freeze<SessionSubscriptions>({
    [Symbol.iterator]: () => all.values(),
    refuseTaken(id) {
      if (id !== undefined && all.values().some((one) => one.id === id)) {
        throw new ConflictError('The id is in use: a subscription has it.')
      }
    },
    refuseAnother(channel, id) {
      const isTaken = (one: Subscription) =>
        one.id === undefined && one.channel === channel && !unasked.has(one)
      if (id === undefined && all.values().some(isTaken)) {
        throw new ConflictError('You are subscribed to that channel: give an id to do it again.')
      }
      refuseMore()
    },
    refuseMore,
    has: (channel) => all.values().some((one) => one.channel === channel),
    add(subscription) {
      const { channel } = subscription
      const replaced = all.values().find((one) => one.channel === channel && unasked.has(one))
      replaced?.end()
      if (replaced !== undefined) all.delete(replaced)
      all.add(subscription)
    },
    addUnasked(subscription) {
      unasked.add(subscription)
      all.add(subscription)
    },
    forget: (subscription) => all.delete(subscription),
    end(id, channel) {
      const subscription = find(id, channel)
      subscription.end()
      all.delete(subscription)
      return subscription
    },
    reauthorize(caller) {
      const ended = [...all].filter((subscription) => !subscription.reauthorize(caller))
      for (const subscription of ended) all.delete(subscription)
      return ended
    },
    endAll() {
      for (const subscription of all) subscription.end()
      all.clear()
    },
  })
}
