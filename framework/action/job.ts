/** Work that is done later and surely, declared as values: typed payload, what sets it off, how often it is tried. */
import Type, { type Static, type TSchema } from 'typebox'
import { DeclarationError } from '../errors.ts'
import type { Change } from '../event/change.ts'
import type { ChangeTrigger } from '../event/change-trigger.ts'
import type { PlainStore, Transaction, Transactions } from '../store/store.ts'

/** Sets a job off at times. */
export interface CronTrigger {
  readonly kind: 'cron'
  readonly expression: string
  readonly timeZone: string
}

/** What sets a job off besides who sends it. */
export type JobTrigger = ChangeTrigger | ConditionalTrigger | CronTrigger

/** Sets a job off by some of the changes of a resource. */
export interface ConditionalTrigger extends ChangeTrigger {
  /** Which of them. Rows are without secret attributes. */
  readonly condition: (change: Change) => boolean
}

/** Set off by those of the changes alone for which the condition is true. It looks at each of them, so let it be quick. */
export function onlyWhen(
  trigger: ChangeTrigger,
  condition: (change: Change) => boolean,
): ConditionalTrigger {
  return Object.freeze({ ...trigger, condition })
}

/**
 * Set off at the times of a cron expression, by one of all processes. Times at which no process runs are passed over.
 * @param expression minute, hour, day of the month, month, day of the week: `0 3 * * *`
 * @param options `timeZone`: in which they are read, an IANA name; default UTC
 */
export function cron(
  expression: string,
  options: { readonly timeZone?: string } = {},
): CronTrigger {
  if (!/^\S+( \S+){4}$/.test(expression)) {
    throw new DeclarationError(`The schedule '${expression}' must have five parts: '0 3 * * *'.`)
  }
  return Object.freeze({ kind: 'cron', expression, timeZone: options.timeZone ?? 'UTC' })
}

const WIRE_ITEM = Type.Record(Type.String(), Type.Unknown())

/** Payload of jobs that a change sets off: the row without its secret attributes, as it was and as it became. */
export const CHANGE_PAYLOAD = Type.Object({
  resource: Type.String(),
  operation: Type.Union([Type.Literal('create'), Type.Literal('update'), Type.Literal('delete')]),
  key: Type.String(),
  before: Type.Optional(WIRE_ITEM),
  after: Type.Optional(WIRE_ITEM),
})

/** The payload of a job set off by a change. */
export function toChangePayload(change: Change): Static<typeof CHANGE_PAYLOAD> {
  const { resource, operation, key, before, after } = change
  return {
    resource,
    operation,
    key,
    ...(before && { before: { ...before } }),
    ...(after && { after: { ...after } }),
  }
}

/** Payload of jobs that need none. */
const NO_PAYLOAD = Type.Object({}, { additionalProperties: false })

/** How a job that has failed is tried again. */
export interface Retries {
  /** How often after the first try; 0: never. */
  readonly count: number
  /** Before the first of them; each rest is about twice as long as the one before. */
  readonly firstRestSeconds: number
  readonly longestRestSeconds: number
}

/** Options of sending a job. */
export interface JobSendOptions {
  /**
   * Names what is to be done: while a job of that name with that key waits, runs, or was done within a day, another one is not
   * sent. Default: each is sent.
   */
  readonly key?: string
  /** Not before so many seconds from now; default 0. */
  readonly afterSeconds?: number
}

/** Options of sending a job from where no transaction is given. */
export interface JobTransactionOptions extends JobSendOptions {
  /** The job is sent when this transaction commits, and not when it doesn't; default: at once. */
  readonly transaction?: Transaction
}

/** Sends jobs. */
export interface JobSender<O extends JobSendOptions = JobSendOptions> {
  /**
   * Has a job done soon, by one of the processes that run jobs.
   * @returns false when one with that key was sent before
   * @throws InvalidError when the payload is not what the job declares; InternalError when the job is not served;
   * UnavailableError
   */
  send<P>(job: Job<string, P>, payload: NoInfer<P>, options?: O): Promise<boolean>
}

/** What a job is run with. */
export interface JobContext {
  /** Of this job, the same at each try: for others that should do what it asks for once. */
  readonly id: string
  /** Which try it is, from 1. */
  readonly attempt: number
  /** Aborted when its time is over, another process has taken it over, or this one ends: stop then, it will be tried again. */
  readonly signal: AbortSignal
  /** The store of a resource for the server's own code: all rows, no rules. */
  store(name: string): PlainStore
  readonly transactions: Transactions
  readonly jobs: JobSender<JobTransactionOptions>
}

/** What a developer writes. */
export interface JobDeclaration<S extends TSchema> {
  /** JSON; default: an object with nothing in it. Kept until a day after it was done: let it hold keys, not secrets. */
  readonly payload?: S
  /** What sets it off besides `send`; default nothing. */
  readonly triggers?: readonly JobTrigger[]
  /** Default: 15 times within about 20 hours, the first after 5 seconds. Then it is dead: kept for 30 days, to be looked at. */
  readonly retries?: Partial<Retries>
  /** One that takes longer counts as failed; default 60. */
  readonly timeoutSeconds?: number
  /** How many run at a time in one process; default 4. */
  readonly concurrency?: number
  /**
   * Jobs with the same text are done one after the other, as they were sent, one that waits for its next try keeps the others
   * waiting, and one that is dead lets them go on. Default: in no order.
   */
  orderedBy?(payload: NoInfer<Static<S>>): string
  /** Does it. Done at least once: it may have been done, wholly or in part, by a process that ended in the middle. */
  run(payload: NoInfer<Static<S>>, context: JobContext): Promise<void>
}

declare const PAYLOAD: unique symbol

/** A declared job, whatever its payload. Frozen. */
export interface AnyJob {
  readonly name: string
  readonly payload: TSchema
  readonly triggers: readonly JobTrigger[]
  readonly retries: Retries
  readonly timeoutSeconds: number
  readonly concurrency: number
  /** Undefined: in no order. Its payload must have been checked against `payload`. */
  readonly orderedBy: ((payload: unknown) => string) | undefined
  /** Its payload must have been checked against `payload`. */
  run(payload: unknown, context: JobContext): Promise<void>
}

/** A declared job; the type parameters remember its name and payload for who sends it. */
export interface Job<N extends string = string, P = unknown> extends AnyJob {
  /** Never set: carries the type. */
  readonly [PAYLOAD]?: (payload: P) => void
  readonly name: N
}

/** Together about 20 hours. */
const USUAL_RETRIES: Retries = Object.freeze({
  count: 15,
  firstRestSeconds: 5,
  longestRestSeconds: 4 * 3600,
})
const USUAL_TIMEOUT_SECONDS = 60
const USUAL_CONCURRENCY = 4
/** What the queue underneath can keep. */
const MAX_TIMEOUT_SECONDS = 23 * 3600

/**
 * Declares a job.
 * @param name snake_case; the name of its queue
 * @throws DeclarationError when the name is no name, a number can't be, or the payload is not what its triggers bring
 */
export function job<const N extends string, const S extends TSchema = typeof NO_PAYLOAD>(
  name: N,
  declaration: JobDeclaration<S>,
): Job<N, NoInfer<Static<S>>> {
  if (!/^[a-z][a-z0-9]*(_[a-z0-9]+)*$/.test(name)) {
    throw new DeclarationError(`The name of job '${name}' must be snake_case.`)
  }
  const { triggers = [], timeoutSeconds = USUAL_TIMEOUT_SECONDS } = declaration
  const { concurrency = USUAL_CONCURRENCY, orderedBy, run } = declaration
  const payload: TSchema = declaration.payload ?? NO_PAYLOAD
  const isOfChanges = payload === CHANGE_PAYLOAD
  for (const { kind } of triggers) {
    if (kind === 'change' && !isOfChanges)
      throw new DeclarationError(
        `Job ${name}: a change sets it off. Let its payload be CHANGE_PAYLOAD.`,
      )
    if (kind === 'cron' && payload !== NO_PAYLOAD)
      throw new DeclarationError(`Job ${name}: a schedule sets it off. Let it have no payload.`)
  }
  const retries = Object.freeze({ ...USUAL_RETRIES, ...declaration.retries })
  refuseUnless(isWhole(retries.count, 0), name, 'retries.count must be a whole number from 0')
  refuseUnless(
    isWhole(retries.firstRestSeconds, 1),
    name,
    'retries.firstRestSeconds must be a whole number from 1',
  )
  refuseUnless(
    isWhole(retries.longestRestSeconds, retries.firstRestSeconds),
    name,
    'retries.longestRestSeconds must be a whole number from firstRestSeconds',
  )
  refuseUnless(isWhole(concurrency, 1), name, 'concurrency must be a whole number from 1')
  refuseUnless(
    isWhole(timeoutSeconds, 1) && timeoutSeconds <= MAX_TIMEOUT_SECONDS,
    name,
    `timeoutSeconds must be a whole number from 1 to ${String(MAX_TIMEOUT_SECONDS)}`,
  )
  return Object.freeze<Job<N, NoInfer<Static<S>>>>({
    name,
    payload,
    triggers: Object.freeze([...triggers]),
    retries,
    timeoutSeconds,
    concurrency,
    // Payloads are checked by the caller, as promised above.
    orderedBy: orderedBy && ((value) => orderedBy(value as Static<S>)),
    run: (value, context) => run(value as Static<S>, context),
  })
}

function isWhole(value: number, least: number): boolean {
  return Number.isInteger(value) && value >= least
}

function refuseUnless(isFit: boolean, name: string, want: string): void {
  if (!isFit) throw new DeclarationError(`Job ${name}: ${want}.`)
}
