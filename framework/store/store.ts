/** The contract of a store: every way to read and write the rows of one resource, as one caller. */
import type { Filter } from '../filter/filter.ts'
import type { Order, Position } from '../filter/order.ts'
import type { CreateInput, Item, Secrets, ServerSetInput, UpdateInput } from '../resource/item.ts'
import type { Resource } from '../resource/resource.ts'
import type { ErrorCode, Fault } from '../errors.ts'
import type { Access } from '../security/access.ts'

/** Under which a result keeps its row's version: a symbol, so that no serialiser writes it. */
export const VERSION: unique symbol = Symbol('version')

/** One row, as its caller sees it. */
export interface Result<R extends Resource = Resource> {
  readonly key: string
  /** Attributes that this caller may not read are absent, not null. */
  readonly item: Item<R>
  readonly updatable: boolean
  readonly deletable: boolean
  /** Changes with every write of the row, and never comes back; digits. */
  readonly [VERSION]: string
}

/** A page of a search. */
export interface Page<R extends Resource = Resource> {
  readonly results: readonly Result<R>[]
  /** After the last result; undefined when there are no more. */
  readonly next: Position | undefined
  /** Whether this caller may create such rows at all. */
  readonly creatable: boolean
  /** When it was asked for: where the log of changes stood. Every change up to there is in the page. */
  readonly cursor?: string
}

declare const TRANSACTION: unique symbol
/** A transaction of the database under the stores; `Transactions` makes them. */
export interface Transaction {
  readonly [TRANSACTION]?: true
}

/** Opens transactions that stores take part in. */
export interface Transactions {
  /**
   * Commits what `work` did, or nothing when it throws. May run `work` again when the database asks for a retry.
   * @param within makes it a part of that transaction: what `work` did is undone alone when it throws, and commits with the whole
   */
  transaction<T>(work: (transaction: Transaction) => Promise<T>, within?: Transaction): Promise<T>
  /**
   * Shows `work` the database as of one moment, and where the log of changes stood then: every change up to `cursor` is in
   * what is read, and what comes after it is told by events with later cursors. Nothing can be written. May run `work` again.
   * @param within reads in that transaction instead, which may see what was committed after the cursor too
   */
  snapshot<T>(
    work: (transaction: Transaction, cursor: string) => Promise<T>,
    within?: Transaction,
  ): Promise<T>
  /**
   * Waits until no other transaction holds one of these names, and holds them until this one ends: for what depends on rows that may
   * not be there yet, so that they can't be locked. Take all that is needed by one call: they are taken in one order, so that two
   * never wait for each other.
   */
  lock(names: readonly string[], transaction: Transaction): Promise<void>
}

/** Options that every operation takes. */
export interface OperationOptions {
  /** Runs within this transaction; default: its own. */
  readonly transaction?: Transaction
}

/** Options of a search. */
export interface SearchOptions extends OperationOptions {
  /** Whether the page says at which cursor it was read, for who follows it live; costs a snapshot. Default false. */
  readonly withCursor?: boolean
}

/** Options of a write. */
export interface WriteOptions extends OperationOptions {
  /** Where the input stands in what the caller sent; the pointers of faults begin with it. Default `/item`. */
  readonly pointer?: string
  /**
   * Values that the server's own code puts into the row besides what the caller brings, such as a number that it has counted. Rules
   * judge the row with them; those of these attributes are not asked. Not for deletes.
   */
  readonly sets?: Readonly<Record<string, unknown>>
}

/** Options of an update or delete. */
export interface ConditionalOptions extends WriteOptions {
  /** The row must match it as it is now, else `StaleError`. */
  readonly precondition?: Filter
  /** The row must have one of these versions, else `StaleError`. */
  readonly versions?: readonly string[]
}

/** What to search for. */
export interface Search {
  readonly filter?: Filter
  /** Default: the key. The key is appended in the last term's direction. */
  readonly order?: Order
  /** 1 to the batch size; default 20. */
  readonly limit?: number
  /** Rows after this place. */
  readonly after?: Position
}

/** A search whose rows plain code may also judge. Pages stay exact: a page ends when it is full or there are no more. */
export interface JudgedSearch<R extends Resource = Resource> extends Omit<Search, 'limit'> {
  readonly predicate?: (result: Result<R>) => boolean | Promise<boolean>
}

/** Rows of a link for many rows at once: for each group of values, the rows whose `attributes` have those values. */
export interface GroupedSearch extends Search {
  readonly attributes: readonly string[]
  readonly groups: readonly (readonly unknown[])[]
}

/** One edit of a batch. */
export type Edit<R extends Resource = Resource> =
  | { readonly kind: 'create'; readonly item: CreateInput<R> }
  | {
      readonly kind: 'update'
      readonly key: string
      readonly item: UpdateInput<R>
      readonly precondition?: Filter
      readonly versions?: readonly string[]
    }
  | {
      readonly kind: 'delete'
      readonly key: string
      readonly precondition?: Filter
      readonly versions?: readonly string[]
    }

/** What became of one edit. */
export type EditResult<R extends Resource = Resource> =
  | { readonly success: true; readonly result: Result<R> | undefined }
  | {
      readonly success: false
      /** `undefined`: it would have succeeded, and an atomic batch was undone because of another edit. */
      readonly code: ErrorCode | undefined
      readonly detail: string
      readonly faults?: readonly Fault[]
    }

/** Options of an edit batch. */
export interface BatchOptions extends OperationOptions {
  /** One failure undoes all; default false. */
  readonly isAtomic?: boolean
}

/** Options of updates and deletes of many rows. */
export interface ManyOptions<R extends Resource = Resource> {
  readonly predicate?: (result: Result<R>) => boolean | Promise<boolean>
}

/**
 * The rows of one resource, as one caller sees them. Every operation checks its input, then the caller's access inside its
 * own statement.
 *
 * All throw: `InvalidError` for input that breaks the declaration or names what the caller may not read;
 * `UnauthenticatedError` when no rule lets anonymous callers do it and the caller is one; `NotFoundError` for a row that is
 * absent or not readable; `ForbiddenError` for a readable row; `StaleError` for a precondition; `ConflictError` for a taken
 * unique value or a blocked delete; `UnavailableError` while the database is away.
 */
export interface Store<R extends Resource = Resource> {
  readonly resource: R
  /** What this caller may do. */
  readonly access: Access
  create(item: CreateInput<R>, options?: WriteOptions): Promise<Result<R>>
  read(key: string, options?: OperationOptions): Promise<Result<R> | undefined>
  readOrThrow(key: string, options?: OperationOptions): Promise<Result<R>>
  update(key: string, item: UpdateInput<R>, options?: ConditionalOptions): Promise<Result<R>>
  delete(key: string, options?: ConditionalOptions): Promise<void>
  search(search?: Search, options?: SearchOptions): Promise<Page<R>>
  count(filter?: Filter, options?: OperationOptions): Promise<number>
  /** One result for each key, in the order asked; undefined for a row that is absent or not readable. At most the batch size. */
  readBatch(
    keys: readonly string[],
    options?: OperationOptions,
  ): Promise<readonly (Result<R> | undefined)[]>
  /** One result for each edit, in order. More edits than the batch size are refused whole. */
  editBatch(edits: readonly Edit<R>[], options?: BatchOptions): Promise<readonly EditResult<R>[]>
  /** A page for each group, in the order asked, by one statement. */
  searchGroups(search: GroupedSearch, options?: OperationOptions): Promise<readonly Page<R>[]>
  /** A count for each group, in the order asked, by one statement. */
  countGroups(
    groups: Pick<GroupedSearch, 'attributes' | 'groups' | 'filter'>,
    options?: OperationOptions,
  ): Promise<readonly number[]>
  /** Reads any number of keys, a batch at a time. */
  readAll(keys: Iterable<string> | AsyncIterable<string>): AsyncIterable<Result<R> | undefined>
  /** Every row of a search, a page at a time. */
  searchAll(search?: JudgedSearch<R>): AsyncIterable<Result<R>>
  /** Applies any number of edits, a batch at a time, each by itself. */
  editAll(edits: Iterable<Edit<R>> | AsyncIterable<Edit<R>>): AsyncIterable<EditResult<R>>
  /** Updates every row that the filter selects and the caller may update. @returns how many */
  updateAll(filter: Filter, item: UpdateInput<R>, options?: ManyOptions<R>): Promise<number>
  /** Deletes every row that the filter selects and the caller may delete. @returns how many */
  deleteAll(filter: Filter, options?: ManyOptions<R>): Promise<number>
}

/** What the server's own code may give a row: also attributes that no input has. */
export type ServerInput<R extends Resource> = CreateInput<R> & ServerSetInput<R>

/** The operations of a store that its batch and its streams are built on. */
export type SingleOperations<R extends Resource = Resource> = Omit<
  Store<R>,
  'editBatch' | 'readAll' | 'searchAll' | 'editAll' | 'updateAll' | 'deleteAll'
>

/**
 * A store without a caller: the app's own code, all rows, no rules. Everything that is reachable from outside goes through a
 * store that `restricted` made.
 */
export interface PlainStore<R extends Resource = Resource> extends Store<R> {
  /** Transactions of the database that holds the rows. */
  readonly transactions: Transactions
  /** The same rows for one caller. `peers` are that caller's stores of other resources, for filters over links. */
  restricted(access: Access, peers: Peers): Store<R>
  /** Builds the batch and the streams of a store on these operations; for stores that wrap one. */
  withBatches(single: SingleOperations<R>): Store<R>
  create(item: ServerInput<R>, options?: WriteOptions): Promise<Result<R>>
  update(
    key: string,
    item: UpdateInput<R> & ServerSetInput<R>,
    options?: ConditionalOptions,
  ): Promise<Result<R>>
  /** The secret attributes of one row. Never hand them to a caller. */
  unsafeReadSecrets(key: string, options?: OperationOptions): Promise<Secrets<R> | undefined>
}

/** One caller's stores. */
export interface Peers {
  /** The caller's store of that resource; undefined when no store factory is registered, so that it is not reachable. */
  store(name: string): Store | undefined
}
