/** The client as its users see it: every name and type follows from the app. Types only. */
import type {
  Item,
  LinkName,
  LinksIn,
  ResourceMap,
  TargetOf,
  UpdateInput,
} from '../resource/item.ts'
import type { Link } from '../resource/link.ts'
import type { StoreOperation } from '../resource/operation-name.ts'
import type { Resource } from '../resource/resource.ts'
import type {
  ActionsOf,
  Api,
  ChannelName,
  ChannelResource,
  ClientCreateInput,
  SetsOf,
} from './api.ts'
import type { Presence, PresenceEntry, PresenceOptions } from './presence.ts'
import type { EditResult, Page, Result, Row } from './result.ts'
import type { Included, LinkAnswer, LinkPath, OrderOf, Where } from './selection.ts'

/** Options that every request takes. */
export interface RequestOptions {
  readonly signal?: AbortSignal | undefined
}

/** Options of a create. */
export interface CreateOptions extends RequestOptions {
  /** Default: made up, so that a create whose answer was lost is sent again and done once. */
  readonly idempotencyKey?: string
}

/** Options of a delete. */
export interface DeleteOptions extends RequestOptions {
  /** The `etag` that was last read. It also makes it safe to send the request again when the answer is lost. */
  readonly ifMatch?: string | undefined
}

/** Options of an update. */
export interface UpdateOptions<M extends ResourceMap, R extends Resource> extends DeleteOptions {
  /** The row must match it as it is now, else it is `stale`. */
  readonly precondition?: Where<M, R>
}

/** What to put into the items. */
export interface IncludeOptions<P extends string> extends RequestOptions {
  readonly include?: P | readonly P[]
}

/** What to search for. */
export interface Search<
  M extends ResourceMap,
  R extends Resource,
  P extends string,
> extends IncludeOptions<P> {
  readonly where?: Where<M, R>
  /** Words, each of which is in some text of the row. */
  readonly query?: string
  readonly order?: OrderOf<R>
  /** Rows of a page; default 20, at most the resource's batch size. */
  readonly limit?: number
  /** The `nextPageKey` of the page before. */
  readonly pageKey?: string | undefined
  /** Also answers the cursor up to which everything is in the page. */
  readonly cursor?: boolean
}

interface EditConditions<M extends ResourceMap, R extends Resource> {
  readonly precondition?: Where<M, R>
  readonly ifMatch?: string
}

/** One edit of a batch. The item of an update holds its key. */
export type BatchEditOf<M extends ResourceMap, R extends Resource, S = never> =
  | { readonly create: ClientCreateInput<R, S> }
  | ({ readonly update: UpdateInput<R> & Partial<Item<R>> } & EditConditions<M, R>)
  | ({ readonly delete: string } & EditConditions<M, R>)

/** What to keep up to date. */
export interface LiveOptions<M extends ResourceMap, R extends Resource> {
  readonly where?: Where<M, R>
  readonly order?: OrderOf<R>
  /** Most rows that are kept, the first ones of the order; default 1000. */
  readonly limit?: number
  /** Rows that are read at once, at most the resource's batch size; default 100. */
  readonly pageSize?: number
  /**
   * How attributes of the order compare that don't compare as they look: `byNumber` for `bigint` and `decimal`, a collator's
   * `compare` for collated ones.
   */
  readonly compare?: {
    readonly [K in keyof Item<R>]?: (
      one: NonNullable<Item<R>[K]>,
      other: NonNullable<Item<R>[K]>,
    ) => number
  }
}

/** How somebody is told that something is over. */
export interface ErrorOptions {
  /** Why it has ended, a `ProblemError` as a rule; without it the client's `onError` is told. */
  readonly onError?: (error: unknown) => void
}

/** Something that goes on until it is closed. */
export interface Handle {
  close(): void
}

/** Rows that stay as they are on the server. */
export interface LiveHandle<R extends Resource> extends Handle {
  /** As they are now; empty until the first have come. Never changed: each change makes a new array. */
  readonly rows: readonly Row<Item<R>>[]
}

/** The operations of a resource. All throw `ProblemError`. */
export interface Operations<M extends ResourceMap, R extends Resource, S = never> {
  create(item: ClientCreateInput<R, S>, options?: CreateOptions): Promise<Result<Item<R>>>
  /** Undefined for a row that is absent or not readable. */
  read<const P extends LinkPath<M, R> = never>(
    key: string,
    options?: IncludeOptions<P>,
  ): Promise<Result<Included<M, R, P>> | undefined>
  readOrThrow<const P extends LinkPath<M, R> = never>(
    key: string,
    options?: IncludeOptions<P>,
  ): Promise<Result<Included<M, R, P>>>
  /** What is left out stays as it is. */
  update(key: string, item: UpdateInput<R>, options?: UpdateOptions<M, R>): Promise<Result<Item<R>>>
  delete(key: string, options?: DeleteOptions): Promise<void>
  search<const P extends LinkPath<M, R> = never>(
    options?: Search<M, R, P>,
  ): Promise<Page<Included<M, R, P>>>
  /** Page after page. */
  searchAll<const P extends LinkPath<M, R> = never>(
    options?: Search<M, R, P>,
  ): AsyncGenerator<Page<Included<M, R, P>>, void, undefined>
  count(
    where?: Where<M, R>,
    options?: RequestOptions & { readonly query?: string },
  ): Promise<number>
  /** One for each key, in the order asked; undefined for a row that is absent or not readable. */
  readBatch(
    keys: readonly string[],
    options?: RequestOptions,
  ): Promise<readonly (Result<Item<R>> | undefined)[]>
  /** One result for each edit, in order. `atomic`: one failure undoes all. */
  editBatch(
    edits: readonly BatchEditOf<M, R, S>[],
    options?: RequestOptions & { readonly atomic?: boolean },
  ): Promise<readonly EditResult<Item<R>>[]>
  /** What a link of a row leads to; undefined when there is no such row, or nothing that it leads to. */
  link<const L extends LinkName<R>>(
    link: L,
    key: string,
    options?: LinkOptions<M, R, L>,
  ): Promise<LinkAnswerOf<M, R, L> | undefined>
  /** Reads rows, and keeps them as they are on the server until it is closed. */
  live(
    options: LiveOptions<M, R>,
    onRows: (rows: readonly Row<Item<R>>[]) => void,
    errorOptions?: ErrorOptions,
  ): LiveHandle<R>
}

type LinkOptions<M extends ResourceMap, R extends Resource, L extends LinkName<R>> = Search<
  M,
  TargetOf<M, LinksIn<R>[L]>,
  never
>

type LinkAnswerOf<
  M extends ResourceMap,
  R extends Resource,
  L extends LinkName<R>,
> = LinksIn<R>[L] extends Link ? LinkAnswer<M, LinksIn<R>[L]> : never

/** The operations of a resource, and its links as methods: `client.message.author(key)`. */
export type ResourceClient<M extends ResourceMap, R extends Resource, S = never> = Operations<
  M,
  R,
  S
> & {
  readonly [L in Exclude<LinkName<R>, keyof Operations<M, R>>]: (
    key: string,
    options?: LinkOptions<M, R, L>,
  ) => Promise<LinkAnswerOf<M, R, L> | undefined>
}

/** Options of an action. */
export interface ActionOptions extends RequestOptions {
  /**
   * For an action that keeps its answers (it is transactional and answers no tokens): the request is done once, and sent again
   * when its answer is lost.
   */
  readonly idempotencyKey?: string
}

type InputOf<C> = C extends { readonly input: infer I } ? I : never
type OutputOf<C> = C extends { readonly output: infer O } ? O : never

/** The actions of an app, by name. An action without required input may be called with none. */
export type ActionsClient<A extends Api> = {
  readonly [N in keyof ActionsOf<A>]: ActionMethod<
    InputOf<ActionsOf<A>[N]>,
    OutputOf<ActionsOf<A>[N]>
  >
}

type ActionMethod<I, O> =
  Readonly<Record<never, never>> extends I
    ? (input?: I, options?: ActionOptions) => Promise<O>
    : (input: I, options?: ActionOptions) => Promise<O>

/** What happened to a row, as this caller may see it. */
export type ChannelEvent<R extends Resource> =
  | {
      /** On a resource's channel: a row came into view, or stayed in it. */
      readonly op: 'create' | 'update'
      readonly key: string
      readonly item: Item<R>
      readonly cursor: string
    }
  | {
      /** It was deleted, or left the view. */
      readonly op: 'delete'
      readonly key: string
      readonly item: undefined
      readonly cursor: string
    }

/** What is wanted of a channel. */
export interface ChannelOptions<M extends ResourceMap, R extends Resource> {
  readonly where?: Where<M, R>
  readonly ops?: readonly ('create' | 'update' | 'delete')[]
  /** Goes on after this cursor; default: from now on. */
  readonly since?: string
  /** Events may have been missed, and the app goes on. Without it that ends the subscription with an error: never silence. */
  readonly onGap?: () => void
}

/** The events of a channel, for a listener or a `for await` loop; each is a subscription of its own. */
export interface ChannelClient<R extends Resource> extends AsyncIterable<ChannelEvent<R>> {
  subscribe(listener: (event: ChannelEvent<R>) => void, options?: ErrorOptions): Handle
}

/** What a store operation takes over the socket. */
export interface StoreCallInput<M extends ResourceMap, R extends Resource, S> {
  readonly create: { readonly item: ClientCreateInput<R, S> }
  readonly read: { readonly key: string; readonly include?: string }
  readonly update: {
    readonly key: string
    readonly item: UpdateInput<R>
    readonly precondition?: Where<M, R>
    readonly if_match?: string
  }
  readonly delete: { readonly key: string; readonly if_match?: string }
  readonly search: {
    readonly filter?: Where<M, R>
    readonly search_order?: string
    readonly limit?: number
    readonly page_key?: string
    readonly include?: string
    readonly cursor?: boolean
  }
  readonly count: { readonly filter?: Where<M, R> }
  readonly read_batch: { readonly keys: readonly string[] }
  readonly edit_batch: {
    readonly edits: readonly WireEdit<M, R, S>[]
    readonly atomic?: boolean
  }
}

interface WireConditions<M extends ResourceMap, R extends Resource> {
  readonly precondition?: Where<M, R>
  readonly if_match?: string
}

type WireEdit<M extends ResourceMap, R extends Resource, S> =
  | { readonly create_item: ClientCreateInput<R, S> }
  | ({ readonly update_item: UpdateInput<R> & Partial<Item<R>> } & WireConditions<M, R>)
  | ({ readonly delete_key: string } & WireConditions<M, R>)

/** What a store operation answers over the socket. */
export interface StoreCallOutput<R extends Resource> {
  readonly create: Result<Item<R>>
  readonly read: Result<Item<R>>
  readonly update: Result<Item<R>>
  readonly delete: void
  readonly search: {
    readonly results: readonly Result<Item<R>>[]
    readonly next_page_key: string | null
    readonly creatable: boolean
    readonly cursor?: string
  }
  readonly count: { readonly count: number }
  readonly read_batch: readonly (Result<Item<R>> | null)[]
  readonly edit_batch: readonly EditResult<Item<R>>[]
}

type StoreCall<A extends Api, M extends ResourceMap = A['resources']> = {
  [N in keyof M & string]: {
    [O in StoreOperation]: {
      readonly name: `${N}_${O}`
      readonly input: StoreCallInput<M, M[N], SetsOf<A, N>>[O]
      readonly output: StoreCallOutput<M[N]>[O]
    }
  }[StoreOperation]
}[keyof M & string]

/** Inputs and outputs over the socket, by operationId: those of actions, and of store operations with their names on the wire. */
export type CallsOf<A extends Api> = ActionsOf<A> & {
  readonly [C in StoreCall<A> as C['name']]: C
}

/** Options of a login. */
export interface LoginOptions extends RequestOptions {
  /** Of the second factor, where the app's action `login` takes one. */
  readonly code?: string
  /** In place of the password, where the app's action `login` takes a `new_password`. */
  readonly newPassword?: string
}

/** Options of a call. */
export interface CallOptions extends RequestOptions {
  /** An idempotency key: the call is done once, and sent again when the socket breaks before its answer or the server is away. */
  readonly key?: string
}

/** What a client has besides the resources of its app. */
export interface BaseClient<A extends Api> {
  readonly actions: ActionsClient<A>
  /** The operations of a resource: the same as `client.message`, also for one whose name the client uses itself. */
  resource<const N extends keyof A['resources'] & string>(
    name: N,
  ): ResourceClient<A['resources'], A['resources'][N], SetsOf<A, N>>
  /** A channel of the app, or the live channel of a resource. Nothing is subscribed to until somebody listens. */
  channel<const N extends ChannelName<A>>(
    name: N,
    options?: ChannelOptions<A['resources'], ChannelResource<A, N>>,
  ): ChannelClient<ChannelResource<A, N>>
  /**
   * Enters the channel of a row, `room:7`, in which those who may read the row see each other. `onEntries` is told who is there, and
   * each change; nobody, while the socket is broken.
   */
  presence(
    channel: `${keyof A['resources'] & string}:${string}`,
    onEntries: (entries: readonly PresenceEntry[]) => void,
    options?: PresenceOptions,
  ): Presence
  /** Does an action or a store operation over the socket, where many calls share one connection. */
  call<const N extends keyof CallsOf<A> & string>(
    operation: N,
    input: InputOf<CallsOf<A>[N]>,
    options?: CallOptions,
  ): Promise<OutputOf<CallsOf<A>[N]>>
  /** Runs the app's action `login`, and keeps its tokens. @throws ProblemError */
  login(username: string, password: string, options?: LoginOptions): Promise<void>
  /** Forgets the tokens and runs the app's action `logout`. @throws ProblemError when the server was not told */
  logout(options?: RequestOptions): Promise<void>
  /** Trades the tokens now, by the app's action `refresh`; as a rule the client does that by itself. @throws ProblemError */
  refresh(): Promise<void>
  isLoggedIn(): boolean
  /**
   * The access token, good for a while: for what this client does not do, such as uploads by a protocol of their own. Undefined: nobody
   * is logged in. @throws ProblemError
   */
  token(): Promise<string | undefined>
  /** Ends what is under way: requests, subscriptions, the socket and every timer. Tokens stay where they are kept. */
  close(): void
}

/** The client of an app. */
export type Client<A extends Api> = BaseClient<A> & {
  readonly [N in Exclude<keyof A['resources'], keyof BaseClient<A>>]: ResourceClient<
    A['resources'],
    A['resources'][N],
    SetsOf<A, N>
  >
}
