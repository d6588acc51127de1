/** Holds actions to their limits: the one place where tries are counted, by whichever way they come. */
import { createHmac } from 'node:crypto'
import { TooManyRequestsError } from '../errors.ts'
import { addressGroupOf } from '../security/address-group.ts'
import type { RequestClient } from '../security/request-client.ts'
import type { Action } from './action.ts'
import { limitName, type Limit } from './limit.ts'
import type { LimitKeeper } from './limit-keeper.ts'

/** An action, as far as its limits go. Those with one name share what was counted. */
export type LimitedAction = Pick<Action, 'name' | 'limits'>

/** One try. */
export interface Try {
  /** Has been checked against the input of the action. */
  readonly input: unknown
  readonly client: RequestClient
  /** Who is logged in; undefined: nobody. */
  readonly subject: string | undefined
}

/**
 * Does `work` unless a limit refuses the try. Limits are asked in the order in which they were declared; one that refuses leaves
 * those after it alone. To be called outside of transactions.
 * @throws TooManyRequestsError when there were too many; UnavailableError when that can't be told; what `work` throws
 */
export type Limiter = <T>(action: LimitedAction, tried: Try, work: () => Promise<T>) => Promise<T>

/** Refuses nothing. */
export const NO_LIMITS: Limiter = (_action, _tried, work) => work()

/** Makes limiters over a keeper. @param secret keeps what was counted apart from names and addresses; one for all processes */
export function createLimiter(keeper: LimitKeeper, secret: Uint8Array): Limiter {
  return async ({ name, limits }, { input, client, subject }, work) => {
    const address = addressGroupOf(client.address)
    const settlements: (() => Promise<void>)[] = []
    for (const limit of limits) {
      // Its length and characters are the caller's choice, and none of them may make two keys one: so it is hashed.
      const toKey = (...parts: readonly string[]): string =>
        createHmac('sha256', secret)
          .update(JSON.stringify([name, limitName(limit), ...parts]))
          .digest('base64url')
      const settle = await takeFor(limit, { keeper, toKey, address, input, subject })
      if (settle !== undefined) settlements.push(settle)
    }
    const result = await work()
    for (const settle of settlements) await settle()
    return result
  }
}

interface Facts {
  readonly keeper: LimitKeeper
  readonly toKey: (...parts: readonly string[]) => string
  readonly address: string
  readonly input: unknown
  readonly subject: string | undefined
}

/** @returns what is to be done when the try has succeeded */
async function takeFor(limit: Limit, facts: Facts): Promise<(() => Promise<void>) | undefined> {
  const { keeper, toKey, address, input, subject } = facts
  if (limit.kind === 'address') {
    refuseWaiting(await keeper.take(toKey(address), limit.rate))
    return undefined
  }
  if (limit.kind === 'caller') {
    if (subject !== undefined) refuseWaiting(await keeper.take(toKey(subject), limit.rate))
    return undefined
  }
  const value = memberOf(input, limit.member)
  if (value === undefined) return undefined
  if (limit.kind === 'input') {
    refuseWaiting(await keeper.take(toKey(value), limit.rate))
    return undefined
  }
  const { fromOneAddress, fromAll, knownSeconds } = limit
  const pair = toKey(value, address)
  const { isKnown } = refuseWaiting(await keeper.take(pair, fromOneAddress))
  if (isKnown) return () => keeper.trust(pair, knownSeconds)
  const account = toKey(value)
  const { waitSeconds } = await keeper.take(account, fromAll)
  if (waitSeconds > 0) {
    // Whoever waits as told has not tried.
    await keeper.giveBack(pair)
    throw refusal(waitSeconds)
  }
  return async () => {
    await keeper.trust(pair, knownSeconds)
    await keeper.giveBack(account)
  }
}

/** Values that differ in case alone are one: what is found in either case could else be tried anew in each. */
function memberOf(input: unknown, member: string): string | undefined {
  if (typeof input !== 'object' || input === null || !Object.hasOwn(input, member)) return undefined
  const value: unknown = Reflect.get(input, member)
  return (typeof value === 'string' ? value : JSON.stringify(value)).toLowerCase()
}

function refuseWaiting<T extends { readonly waitSeconds: number }>(taken: T): T {
  if (taken.waitSeconds > 0) throw refusal(taken.waitSeconds)
  return taken
}

function refusal(waitSeconds: number): TooManyRequestsError {
  const seconds = Math.max(1, Math.ceil(waitSeconds))
  return new TooManyRequestsError(seconds, `Too many tries. Try again in ${seconds} s.`)
}
