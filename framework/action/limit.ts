/** What a developer declares of how often an action may be tried, as plain values. */
import { DeclarationError } from '../errors.ts'

/** So many at once, coming back evenly in so many seconds. */
export interface Rate {
  /** A whole number from 1. */
  readonly count: number
  readonly seconds: number
}

/** A rate beyond which there is a stall and no stop: each further try waits twice as long after the last, from a second on. */
export interface StallingRate extends Rate {
  readonly longestStallSeconds: number
}

/** What counts against an account. */
export interface AccountRates {
  /** Tries that did not succeed, of one account from one address. */
  readonly fromOneAddress: Rate
  /** The same from all addresses together, but for those from which somebody got into the account lately. */
  readonly fromAll: StallingRate
  /** For how long an address from which somebody got in is free of the stall. */
  readonly knownSeconds: number
}

interface AddressLimit {
  readonly kind: 'address'
  readonly rate: Rate
}

interface CallerLimit {
  readonly kind: 'caller'
  readonly rate: Rate
}

interface InputLimit<M extends string> {
  readonly kind: 'input'
  readonly member: M
  readonly rate: Rate
}

interface AccountLimit<M extends string> extends AccountRates {
  readonly kind: 'account'
  readonly member: M
}

/** One limit. `M`: the member of the input that it is about. Frozen. */
export type Limit<M extends string = string> =
  AddressLimit | CallerLimit | InputLimit<M> | AccountLimit<M>

/** Each try from one address counts, whatever comes of it. Of IPv6 a /64 network is one address. */
export function perAddress(rate: Rate): Limit<never> {
  return Object.freeze({ kind: 'address', rate: frozen(rate) })
}

/**
 * Each try by one caller counts, whatever comes of it and wherever it comes from; of anonymous callers none does. For what somebody
 * who is logged in proves once more, such as knowing the password.
 */
export function perCaller(rate: Rate): Limit<never> {
  return Object.freeze({ kind: 'caller', rate: frozen(rate) })
}

/**
 * Each try with the same value of a member of the input counts, wherever it comes from; without the member none does. Whoever
 * knows the value can use it up for others: choose it for what is harmless to delay.
 */
export function perInput<const M extends string>(member: M, rate: Rate): Limit<M> {
  return Object.freeze({ kind: 'input', member, rate: frozen(rate) })
}

/**
 * For what proves who somebody is: tries that fail count, for the account that a member of the input names, there or not. One that
 * succeeds clears its address's count. Nobody can lock an account: others are stalled by at most `longestStallSeconds` at a time,
 * and whoever got in from an address lately is not stalled there at all.
 */
export function perAccount<const M extends string>(member: M, rates: AccountRates): Limit<M> {
  const { fromOneAddress, fromAll, knownSeconds } = rates
  if (!isPositive(knownSeconds)) refuse(`knownSeconds ${knownSeconds}`)
  if (!(fromAll.longestStallSeconds >= 1)) {
    refuse(`longestStallSeconds ${fromAll.longestStallSeconds}`)
  }
  return Object.freeze({
    kind: 'account',
    member,
    fromOneAddress: frozen(fromOneAddress),
    fromAll: frozen(fromAll),
    knownSeconds,
  })
}

/** What tells a limit from the others of its action. */
export function limitName(limit: Limit): string {
  switch (limit.kind) {
    case 'address':
      return `address ${inWords(limit.rate)}`
    case 'caller':
      return `caller ${inWords(limit.rate)}`
    case 'input':
      return `input ${limit.member} ${inWords(limit.rate)}`
    case 'account':
      return `account ${limit.member}`
  }
}

/** Says in words what the limits are, for documents; empty when there are none. */
export function limitsInWords(limits: readonly Limit[]): string {
  const told = limits.map((limit) => {
    switch (limit.kind) {
      case 'address':
        return `${inWords(limit.rate)} from one address`
      case 'caller':
        return `${inWords(limit.rate)} by one caller`
      case 'input':
        return `${inWords(limit.rate)} for one \`${limit.member}\``
      case 'account':
        return `${inWords(limit.fromOneAddress)} that fail for one \`${limit.member}\` from one address, and ${inWords(limit.fromAll)} from all; then tries are stalled`
    }
  })
  return told.length === 0 ? '' : `At most ${told.join('; ')}.`
}

function inWords({ count, seconds }: Rate): string {
  return `${count} tries in ${seconds} s`
}

function frozen<R extends Rate>(rate: R): R {
  if (!Number.isInteger(rate.count) || rate.count < 1) refuse(`count ${rate.count}`)
  if (!isPositive(rate.seconds)) refuse(`seconds ${rate.seconds}`)
  return Object.freeze({ ...rate })
}

function isPositive(seconds: number): boolean {
  return Number.isFinite(seconds) && seconds > 0
}

function refuse(what: string): never {
  throw new DeclarationError(
    `A limit can't have ${what}: counts are whole numbers from 1, seconds are above 0.`,
  )
}
