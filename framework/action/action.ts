/** Named operations of an app besides those of its stores: typed input and output, examples, and what triggers them. */
import Type, { type Static, type TSchema } from 'typebox'
import { DeclarationError } from '../errors.ts'
import type { WireItem } from '../event/change.ts'
import type { ChangeTrigger } from '../event/change-trigger.ts'
import type { Authorization } from '../security/authorization.ts'
import type { Peers, Transaction } from '../store/store.ts'

/** What an action is run with. */
export interface ActionContext {
  readonly caller: Authorization
  /** The caller's own stores. */
  readonly stores: Peers
  /**
   * The transaction that the action runs in: pass it to the stores, so that all or nothing is written. An action that is not
   * transactional has none: asking for it throws.
   */
  readonly transaction: Transaction
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
export interface ActionDeclaration<I extends TSchema, O extends TSchema | undefined> {
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
  /**
   * Whether it runs within one transaction; default true. False for what must stand although the action fails (a spent refresh
   * token ends its session), and for what takes long without the database; then nothing is kept for an Idempotency-Key.
   */
  readonly isTransactional?: boolean
  /** `Cache-Control` of the answer; default `no-store`. */
  readonly cacheControl?: string
  readonly examples?: readonly ActionExample<
    NoInfer<Static<I>>,
    O extends TSchema ? NoInfer<Static<O>> : undefined
  >[]
  run(
    input: NoInfer<Static<I>>,
    context: ActionContext,
  ): Promise<O extends TSchema ? NoInfer<Static<O>> : void>
}

/** A declared action. Frozen. */
export interface Action {
  readonly name: string
  readonly description: string
  readonly input: TSchema
  readonly output: TSchema | undefined
  readonly triggers: readonly Trigger[]
  readonly scopes: readonly string[]
  readonly isPublic: boolean
  readonly answersTokens: boolean
  readonly isTransactional: boolean
  readonly cacheControl: string
  readonly examples: readonly ActionExample<unknown, unknown>[]
  /** Its input must have been checked against `input`. */
  run(input: unknown, context: ActionContext): Promise<unknown>
}

/**
 * Declares an action.
 * @param name snake_case; its path is `/actions/` and the name in kebab-case, its operationId the name
 * @throws DeclarationError when the name is no name, or nothing triggers it
 */
export function action<const I extends TSchema, const O extends TSchema | undefined = undefined>(
  name: string,
  declaration: ActionDeclaration<I, O>,
): Action {
  if (!/^[a-z][a-z0-9]*(_[a-z0-9]+)*$/.test(name)) {
    throw new DeclarationError(`The name of action '${name}' must be snake_case.`)
  }
  if (declaration.triggers.length === 0) {
    throw new DeclarationError(
      `Action ${name}: nothing triggers it. Give it web() or afterCreate().`,
    )
  }
  const { run } = declaration
  return Object.freeze<Action>({
    name,
    description: declaration.description,
    input: declaration.input,
    output: declaration.output,
    triggers: Object.freeze([...declaration.triggers]),
    scopes: Object.freeze([...(declaration.scopes ?? [])]),
    isPublic: declaration.isPublic ?? false,
    answersTokens: declaration.answersTokens ?? false,
    isTransactional: declaration.isTransactional ?? true,
    cacheControl: declaration.cacheControl ?? 'no-store',
    examples: Object.freeze([...(declaration.examples ?? [])]),
    run: (input, context) => run(input as Static<I>, context), // checked by the caller, as promised above
  })
}

/** The input of an action set off by a change. */
export function toItemInput(item: WireItem): Static<typeof ITEM_INPUT> {
  return { item: { ...item } }
}
