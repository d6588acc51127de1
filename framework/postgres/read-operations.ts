/** The operations of a store that read rows. */
import { InvalidError, NotFoundError } from '../errors.ts'
import { ALL, type Filter } from '../filter/filter.ts'
import { fullOrder, type Order, type Position } from '../filter/order.ts'
import { parseKey } from '../resource/key.ts'
import { isPossible } from '../security/access.ts'
import { secureOrder } from '../security/secure-filter.ts'
import type {
  OperationOptions,
  Page,
  Result,
  Search,
  SearchOptions,
  Store,
} from '../store/store.ts'
import { toArrayParameter } from './parameter.ts'
import { placeTerms, type PlacedTerm } from './order-to-sql.ts'
import {
  countStatement,
  readBatchStatement,
  readStatement,
  searchStatement,
  type PageParts,
} from './read-statements.ts'
import type { Row, Selection } from './selection.ts'
import { attributeOf, type SlotMaker } from './slot-filter.ts'
import { assertNotAnonymous, assertSearchable, type StoreScope } from './store-scope.ts'

/** The operations that read. */
export type ReadOperations = Pick<Store, 'read' | 'readOrThrow' | 'readBatch' | 'search' | 'count'>

/** Rows of a page, unless the caller says. */
const DEFAULT_LIMIT = 20

/** Makes the operations of one caller's store that read rows. */
export function readOperations(scope: StoreScope): ReadOperations {
  const { resource, access } = scope
  const creatable = isPossible(access.create)

  async function read(key: string, options?: OperationOptions): Promise<Result | undefined> {
    assertNotAnonymous(isPossible(access.read), access)
    const maker = scope.values()
    if (!isPossible(access.read) || !scope.putKey(maker, key)) return undefined
    const plan = scope.plan('read', readStatement)
    const { rows } = await scope.run(plan, maker, options)
    const [row] = rows
    return row === undefined ? undefined : plan.reader.toResult(row)
  }
  async function readOrThrow(key: string, options?: OperationOptions): Promise<Result> {
    const result = await read(key, options)
    if (result === undefined) throw new NotFoundError()
    return result
  }
  async function search(asked: Search = {}, options: SearchOptions = {}): Promise<Page> {
    const maker = scope.values()
    const { limit, shape, parts } = preparePage(scope, maker, asked)
    const plan = scope.plan(`search ${shape}`, (statements) => searchStatement(statements, parts))
    const read = async (within: OperationOptions): Promise<Page> => {
      const { rows } = await scope.run(plan, maker, within)
      return toPage(rows, plan.reader, { limit, creatable, order: parts.order })
    }
    if (options.withCursor !== true) return read(options)
    return scope.transactions.snapshot(
      async (transaction, cursor) => ({ ...(await read({ transaction })), cursor }),
      options.transaction,
    )
  }
  async function count(filter: Filter = ALL, options?: OperationOptions): Promise<number> {
    const secured = scope.secure(filter, '/filter')
    assertSearchable(access)
    const maker = scope.values()
    const slotted = maker.filter(resource, secured)
    const plan = scope.plan(`count ${maker.shape}`, (statements) =>
      countStatement(statements, slotted),
    )
    const { rows } = await scope.run(plan, maker, options)
    return Number(rows[0]?.[0])
  }
  async function readBatch(
    keys: readonly string[],
    options?: OperationOptions,
  ): Promise<readonly (Result | undefined)[]> {
    assertBatch(keys.length, resource.batchSize, '/keys')
    assertNotAnonymous(isPossible(access.read), access)
    const parsed = keys.flatMap((key) => {
      const values = parseKey(resource, key)
      return values === undefined ? [] : [values]
    })
    if (!isPossible(access.read) || parsed.length === 0) return keys.map(() => undefined)
    const maker = scope.values()
    resource.key.forEach((name, index) => {
      const { column } = attributeOf(resource, name)
      maker.slot(
        toArrayParameter(
          column,
          parsed.map((values) => values[index]),
        ),
      )
    })
    const plan = scope.plan('read batch', readBatchStatement)
    const { rows } = await scope.run(plan, maker, options)
    const results = new Map<string, Result>()
    for (const row of rows) {
      const result = plan.reader.toResult(row)
      results.set(result.key, result)
    }
    return keys.map((key) => results.get(key))
  }
  return { read, readOrThrow, readBatch, search, count }
}

/** @throws InvalidError when there are more than a batch holds */
export function assertBatch(count: number, batchSize: number, pointer: string): void {
  if (count <= batchSize) return
  throw new InvalidError([{ pointer, detail: `must be at most ${String(batchSize)}` }])
}

/** A page that is ready to be asked for. */
export interface PreparedPage {
  /** The most rows; one more is asked for, to know whether the page is the last. */
  readonly limit: number
  readonly shape: string
  readonly parts: PageParts
}

/**
 * Checks a search and takes its values out.
 * @throws InvalidError, then ForbiddenError or UnauthenticatedError
 */
export function preparePage(scope: StoreScope, maker: SlotMaker, asked: Search): PreparedPage {
  const { resource, access } = scope
  const limit = limitOf(asked, resource.batchSize)
  const filter = scope.secure(asked.filter ?? ALL, '/filter')
  const order = fullOrder(resource, orderOf(scope, asked.order))
  assertSearchable(access)
  const slotted = maker.filter(resource, filter)
  maker.shape += ` ${order.map(termShape).join()} `
  const after = afterOf(scope, maker, { order, after: asked.after })
  const most = limit === DEFAULT_LIMIT ? limit + 1 : maker.slot(String(limit + 1))
  maker.shape += typeof most === 'number' ? '' : ' limit'
  return { limit, shape: maker.shape, parts: { filter: slotted, order, after, limit: most } }
}

function limitOf({ limit }: Search, batchSize: number): number {
  if (limit === undefined) return Math.min(DEFAULT_LIMIT, batchSize)
  if (Number.isInteger(limit) && limit >= 1 && limit <= batchSize) return limit
  const detail = `must be a whole number from 1 to ${String(batchSize)}`
  throw new InvalidError([{ pointer: '?limit', detail }])
}

function orderOf(scope: StoreScope, order: Order = []): Order {
  const { resource, access, isConfined } = scope
  for (const { attribute } of order) attributeOf(resource, attribute)
  return isConfined ? secureOrder(order, { resource, access, pointer: '?search_order' }) : order
}

function termShape({ attribute, isDescending }: Order[number]): string {
  return isDescending ? `-${attribute}` : attribute
}

function afterOf(
  { resource }: StoreScope,
  maker: SlotMaker,
  { order, after }: { readonly order: Order; readonly after: Position | undefined },
): readonly PlacedTerm[] | undefined {
  if (after === undefined) return undefined
  const isPlace = order.every(({ attribute }, index) => {
    const value = after[index]
    return value === null ? attributeOf(resource, attribute).isNullable : value !== undefined
  })
  if (isPlace && after.length === order.length) return placeTerms(maker, resource, { order, after })
  throw new InvalidError([{ pointer: '/after', detail: 'is not a place in this order' }])
}

/** The page of rows of which one may be too many. */
export function toPage(
  rows: readonly Row[],
  selection: Selection,
  {
    limit,
    creatable,
    order,
  }: { readonly limit: number; readonly creatable: boolean; readonly order: Order },
): Page {
  const results: Result[] = []
  for (const row of rows) if (results.length < limit) results.push(selection.toResult(row))
  const last = rows.length > limit ? rows[limit - 1] : undefined
  return { results, next: last && placeOf(last, selection, order), creatable }
}

function placeOf(row: Row, selection: Selection, order: Order): Position {
  return order.map(({ attribute }) => row[selection.cellOf(attribute)] as Position[number]) // what can be sorted by is a scalar
}
