/** Named operations of an app besides those of its stores: typed input and output, examples, and what triggers them. */
import Type, { type Static, type TSchema } from 'typebox'
import { DeclarationError } from '../errors.ts'
import type { WireItem } from '../event/change.ts'
import type { ChangeTrigger } from '../event/change-trigger.ts'
import type { Authorization } from '../security/authorization.ts'
import type { RequestClient } from '../security/request-client.ts'
import type { Peers, Transaction } from '../store/store.ts'
import type { JobSender } from './job.ts'
import { limitName, type Limit } from './limit.ts'

/** What an action prepares with. */
export interface PrepareContext {
  /** Who is at the other end of the request; undefined where a change sets the action off. */
  readonly client: RequestClient | undefined
}

/** What an action is run with. */
export interface ActionContext<P = unknown> extends PrepareContext {
  readonly caller: Authorization
  /** The caller's own stores. */
  readonly stores: Peers
  /**
   * The transaction that the action runs in: pass it to the stores, so that all or nothing is written. An action that is not
   * transactional has none: asking for it throws.
   */
  readonly transaction: Transaction
  /** Sends jobs with the transaction: what is rolled back has sent none. An action that is not transactional sends at once. */
  readonly jobs: JobSender
  /** What the action's `prepare` has answered. */
  readonly prepared: P
}

/** One example; documents show it, and tests run those with an output or an error. */
export interface ActionExample<I, O> {
  readonly name: string
  readonly input: I
  readonly output?: O
}

/** Serves an action as `POST /actions/<name>`. */
export interface Web {
  readonly kind: 'web'
  /** Status of success; default 200, or 204 without output. */
  readonly status?: number
}

/** What sets an action off. */
export type Trigger = Web | ChangeTrigger

/** Set off by a request. */
export function web(options: { readonly status?: number } = {}): Web {
  return Object.freeze({ kind: 'web', ...options })
}

/** Input of actions that a change sets off. */
export const ITEM_INPUT = Type.Object({ item: Type.Record(Type.String(), Type.Unknown()) })

/** What a developer writes. */
export interface ActionDeclaration<I extends TSchema, O extends TSchema | undefined, P> {
  readonly description: string
  readonly input: I
  /** Undefined: nothing is answered. */
  readonly output?: O
  readonly triggers: readonly Trigger[]
  /** Scopes that the caller must all have; default none. */
  readonly scopes?: readonly string[]
  /** Whether anonymous callers may run it; default false. */
  readonly isPublic?: boolean
  /** Whether the answer holds tokens: never cached, never kept for an Idempotency-Key; default false. */
  readonly answersTokens?: boolean
  /** Whether the caller's session is over afterwards: cookies that keep its tokens are taken away then; default false. */
  readonly endsSession?: boolean
  /**
   * Whether it runs within one transaction; default true. False for what must stand although the action fails (a spent refresh
   * token ends its session), and for what takes long without the database; then nothing is kept for an Idempotency-Key.
   */
  readonly isTransactional?: boolean
  /** `Cache-Control` of the answer; default `no-store`. */
  readonly cacheControl?: string
  /**
   * How often it may be tried by requests, however they come; default: as often as they like. Kept before `prepare`, when the
   * input and the caller are good.
   */
  readonly limits?: readonly Limit<NoInfer<keyof Static<I> & string>>[]
  readonly examples?: readonly ActionExample<
    NoInfer<Static<I>>,
    O extends TSchema ? NoInfer<Static<O>> : undefined
  >[]
  /**
   * Done before the transaction opens: what takes long without the database, such as hashing a password, would keep others
   * waiting for its connection. `run` finds the answer in its context. A repeated request does it again.
   */
  prepare?(input: NoInfer<Static<I>>, context: PrepareContext): Promise<P>
  run(
    input: NoInfer<Static<I>>,
    context: ActionContext<NoInfer<P>>,
  ): Promise<O extends TSchema ? NoInfer<Static<O>> : void>
}

declare const TYPES: unique symbol

/** A declared action. Frozen; the type parameters remember its name, input and output for clients. */
export interface Action<N extends string = string, I = unknown, O = unknown> {
  /** Never set: carries the types. */
  readonly [TYPES]?: { readonly input: I; readonly output: O }
  readonly name: N
  readonly description: string
  readonly input: TSchema
  readonly output: TSchema | undefined
  readonly triggers: readonly Trigger[]
  readonly scopes: readonly string[]
  readonly isPublic: boolean
  readonly answersTokens: boolean
  readonly endsSession: boolean
  readonly isTransactional: boolean
  readonly cacheControl: string
  readonly limits: readonly Limit[]
  readonly examples: readonly ActionExample<unknown, unknown>[]
  /** Its input must have been checked against `input`. */
  prepare(input: unknown, context: PrepareContext): Promise<unknown>
  /** Its input must have been checked against `input`; `prepared` is what `prepare` answered to the same. */
  run(input: unknown, context: ActionContext): Promise<unknown>
}

/**
 * Declares an action.
 * @param name snake_case; its path is `/actions/` and the name in kebab-case, its operationId the name
 * @throws DeclarationError when the name is no name, nothing triggers it, or it can't take what triggers it
 */
export function action<
  const N extends string,
  const I extends TSchema,
  const O extends TSchema | undefined = undefined,
  P = undefined,
>(
  name: N,
  declaration: ActionDeclaration<I, O, P>,
): Action<N, NoInfer<Static<I>>, O extends TSchema ? NoInfer<Static<O>> : undefined> {
  if (!/^[a-z][a-z0-9]*(_[a-z0-9]+)*$/.test(name)) {
    throw new DeclarationError(`The name of action '${name}' must be snake_case.`)
  }
  if (declaration.triggers.length === 0) {
    throw new DeclarationError(
      `Action ${name}: nothing triggers it. Give it web() or afterCreate().`,
    )
  }
  const isOfItems: boolean = (declaration.input as TSchema) === ITEM_INPUT
  if (!isOfItems && declaration.triggers.some(({ kind }) => kind === 'change')) {
    throw new DeclarationError(`Action ${name}: a change triggers it. Let its input be ITEM_INPUT.`)
  }
  const { prepare, run, limits = [] } = declaration
  const limitNames = limits.map(limitName)
  if (new Set(limitNames).size < limitNames.length) {
    throw new DeclarationError(`Action ${name}: two of its limits are one. Leave one out.`)
  }
  return Object.freeze({
    name,
    description: declaration.description,
    input: declaration.input,
    output: declaration.output,
    triggers: Object.freeze([...declaration.triggers]),
    scopes: Object.freeze([...(declaration.scopes ?? [])]),
    isPublic: declaration.isPublic ?? false,
    answersTokens: declaration.answersTokens ?? false,
    endsSession: declaration.endsSession ?? false,
    isTransactional: declaration.isTransactional ?? true,
    cacheControl: declaration.cacheControl ?? 'no-store',
    limits: Object.freeze([...limits]),
    examples: Object.freeze([...(declaration.examples ?? [])]),
    // Inputs are checked by the caller, as promised above.
    prepare: async (input: unknown, context: PrepareContext) =>
      prepare?.(input as Static<I>, context),
    run: (input: unknown, context: ActionContext) =>
      run(input as Static<I>, context as ActionContext<P>),
  })
}

/** The input of an action set off by a change: the row as it is now, or was before it was deleted. */
export function toItemInput(item: WireItem): Static<typeof ITEM_INPUT> {
  return { item: { ...item } }
}
