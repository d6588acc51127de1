/** What a client knows of an app: its resources, actions and channels, as types. Types only. */
import type { Action } from '../action/action.ts'
import type { Channel } from '../event/channel.ts'
import type { CreateInput, Item, ResourceMap } from '../resource/item.ts'
import type { Registry } from '../resource/registry.ts'
import type { Resource } from '../resource/resource.ts'

/** An app as its clients see it. */
export interface Api<
  M extends ResourceMap = ResourceMap,
  A extends Action = Action,
  C extends Channel = Channel,
  S extends ServerSets = Readonly<Record<never, never>>,
> {
  readonly resources: M
  readonly actions: A
  readonly channels: C
  readonly sets: S
}

/** Attributes by resource that a create may leave out, because the store factory sets them: `{ message: 'author_id' }`. */
export type ServerSets = object

/** What a create of a resource takes, some attributes being set by the server. */
export type ClientCreateInput<R extends Resource, S> = Omit<CreateInput<R>, S & string> &
  Partial<Pick<CreateInput<R>, S & keyof CreateInput<R>>>

/** The attributes of a resource that the server sets. */
export type SetsOf<A extends Api, N extends PropertyKey> = N extends keyof A['sets']
  ? A['sets'][N]
  : never

/**
 * The type of an app, from what it is declared with: `ApiOf<typeof all, typeof actions, typeof channels, { message: 'author_id' }>`,
 * the last being what store factories set on create. Export it as a type; nothing of the server gets into a bundle.
 */
export type ApiOf<
  R extends Registry,
  A extends readonly Action[] = [],
  C extends readonly Channel[] = [],
  S extends { readonly [N in keyof R['resources']]?: keyof Item<R['resources'][N]> } = Readonly<
    Record<never, never>
  >,
> = Api<R['resources'], A[number], C[number], S>

/** Input and output of each action by its name. */
export type ActionsOf<A extends Api> = {
  readonly [X in A['actions'] as X['name']]: X extends Action<string, infer I, infer O>
    ? { readonly input: I; readonly output: O }
    : never
}

/** The name of a channel of the app, or of a resource, whose live channel has its name. */
export type ChannelName<A extends Api> =
  A['channels']['name'] | Extract<keyof A['resources'], string>

/** The resource whose rows a channel tells of. */
export type ChannelResource<A extends Api, N extends string> = N extends keyof A['resources']
  ? A['resources'][N]
  : Extract<A['channels'], { readonly name: N }> extends Channel<string, infer R>
    ? R extends keyof A['resources']
      ? A['resources'][R]
      : never
    : never
