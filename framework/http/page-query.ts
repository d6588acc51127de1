/** The parameters that select and page rows: how they are read, and how documents tell of them. */
import { InvalidError } from '../errors.ts'
import type { Filter } from '../filter/filter.ts'
import { parseInclude, type Include } from '../filter/include.ts'
import { parseOrder, type Order } from '../filter/order.ts'
import { parseFilterParameters } from '../filter/parse-filter-parameters.ts'
import type { Resource } from '../resource/resource.ts'
import type { OperationRequest, Parameter } from './operation.ts'
import type { Query } from './query.ts'
import { operandSchema, schemaRef } from './resource-schemas.ts'
import { isKnownTo, isLinkServed, type ServedResource, type Services } from './served.ts'

/** Rows of a page when nobody asks for a number. */
const DEFAULT_LIMIT = 20

/** What a caller asks of a search. */
export interface PageQuery {
  readonly filter: Filter
  readonly order: Order | undefined
  readonly limit: number
  /** Not yet opened. */
  readonly pageKey: string | undefined
  readonly includes: readonly Include[]
  /** Whether the answer says at which cursor it was read. */
  readonly withCursor: boolean
}

/** Reads all parameters of a search. @throws InvalidError */
export function readPageQuery(
  { query, authorization }: OperationRequest,
  resource: Resource,
  services: Services,
): PageQuery {
  const isKnown = isKnownTo(services, authorization)
  const limit = readLimit(query, resource)
  const pageKey = query.take('page_key')
  const includes = readIncludes(query, resource, { ...services, isKnown })
  const withCursor = readSwitch(query, 'cursor')
  const order = query.take('search_order')
  const { registry } = services
  return {
    limit,
    pageKey,
    includes,
    withCursor,
    order:
      order === undefined
        ? undefined
        : parseOrder(order, { resource, isKnown, pointer: '?search_order' }),
    filter: parseFilterParameters(query.rest(), { registry, resource, isKnown }),
  }
}

/** Reads the parameters of a count: filters alone. @throws InvalidError */
export function readFilterQuery(
  { query, authorization }: OperationRequest,
  resource: Resource,
  services: Services,
): Filter {
  const isKnown = isKnownTo(services, authorization)
  return parseFilterParameters(query.rest(), { registry: services.registry, resource, isKnown })
}

/** Reads `include`. @throws InvalidError */
export function readIncludes(
  query: Query,
  resource: Resource,
  {
    registry,
    isKnown,
  }: Pick<Services, 'registry'> & { readonly isKnown: ReturnType<typeof isKnownTo> },
): readonly Include[] {
  const text = query.take('include')
  if (text === undefined) return []
  return parseInclude(text, { registry, resource, isKnown, pointer: '?include' })
}

function readLimit(query: Query, resource: Resource): number {
  const text = query.take('limit')
  if (text === undefined) return Math.min(DEFAULT_LIMIT, resource.batchSize)
  const limit = /^[1-9][0-9]{0,4}$/.test(text) ? Number(text) : Infinity
  if (limit <= resource.batchSize) return limit
  const detail = `must be a whole number from 1 to ${resource.batchSize}`
  throw new InvalidError([{ pointer: '?limit', detail }])
}

function readSwitch(query: Query, name: string): boolean {
  const text = query.take(name)
  if (text === undefined || text === 'false') return false
  if (text === 'true') return true
  throw new InvalidError([{ pointer: `?${name}`, detail: 'must be true or false' }])
}

/** The parameters of a search, for documents. */
export function pageParameters(served: ServedResource, services: Services): readonly Parameter[] {
  const { resource } = served
  const most = resource.batchSize
  return [
    {
      name: 'search_order',
      in: 'query',
      description: `Attributes to sort by, comma-separated, with \`-\` before those that descend; null counts as the largest value. Any of ${sortableNames(served).join(', ')}. Default: the key.`,
      schema: { type: 'string' },
      component: `${resource.name}.search_order`,
    },
    {
      name: 'limit',
      in: 'query',
      description: 'Most results of the page.',
      schema: {
        type: 'integer',
        minimum: 1,
        maximum: most,
        default: Math.min(DEFAULT_LIMIT, most),
      },
      component: `${resource.name}.limit`,
    },
    {
      name: 'page_key',
      in: 'query',
      description: 'The `next_page_key` of the page before, of the same search by the same caller.',
      schema: { type: 'string' },
      component: 'page_key',
    },
    {
      name: 'cursor',
      in: 'query',
      description:
        'Whether the answer says at which cursor it was read. All of it, with what is included, is then as of one moment; subscribe with `since` to hear of everything after.',
      schema: { type: 'boolean', default: false },
      component: 'cursor',
    },
    ...includeParameters(served, services),
    ...filterParameters(served),
  ]
}

/** The parameter `include`, where there is something to include. */
export function includeParameters(
  { resource }: ServedResource,
  services: Pick<Services, 'served'>,
): readonly Parameter[] {
  const names = Object.entries(resource.links).flatMap(([name, link]) =>
    isLinkServed(services, link) ? [name] : [],
  )
  if (names.length === 0) return []
  return [
    {
      name: 'include',
      in: 'query',
      description: `Links to put into the items, comma-separated, with links of theirs after a dot, three deep at most. Any of ${names.join(', ')}.`,
      schema: { type: 'string' },
      component: `${resource.name}.include`,
    },
  ]
}

/** One parameter for each operator of each attribute, `filter_mode`, `query` and `filter`, for documents. */
export function filterParameters({ resource, outline }: ServedResource): readonly Parameter[] {
  const conditions = Object.entries(resource.attributes)
    .filter(([name]) => outline.attributes[name]?.readable === true)
    .flatMap(([name, { operators, column }]) =>
      operators.map((operator): Parameter => ({
        name: `${name}__${operator}`,
        in: 'query',
        description: `Where \`${name}\` ${MEANING[operator]}.`,
        schema: operandSchema(operator, column),
        component: `${resource.name}.${name}__${operator}`,
      })),
    )
  return [
    {
      name: 'query',
      in: 'query',
      description: 'Words, each of which is in some text of the item.',
      schema: { type: 'string', maxLength: 200 },
      component: 'query',
    },
    {
      name: 'filter',
      in: 'query',
      description: 'A filter as JSON, which must hold besides.',
      // As a string, because Swagger UI fills in a value of its own for an object.
      schema: {
        type: 'string',
        contentMediaType: 'application/json',
        contentSchema: schemaRef(resource, 'filter'),
      },
      component: `${resource.name}.filter`,
    },
    {
      name: 'filter_mode',
      in: 'query',
      description: 'Whether all of the conditions below must hold, or any.',
      schema: { type: 'string', enum: ['and', 'or'], default: 'and' },
      component: 'filter_mode',
    },
    ...conditions,
  ]
}

const MEANING = Object.freeze({
  eq: 'is this',
  ne: 'is not this',
  lt: 'is less',
  lte: 'is this or less',
  gt: 'is greater',
  gte: 'is this or greater',
  oneof: 'is one of these',
  exists: 'is there (`false`: is null)',
  not_exists: 'is null (`false`: is there)',
  contains: 'contains this, whatever the case of A to Z',
  startswith: 'starts with this, whatever the case of A to Z',
  endswith: 'ends with this, whatever the case of A to Z',
})

function sortableNames({ resource, outline }: ServedResource): readonly string[] {
  return Object.entries(resource.attributes).flatMap(([name, { sortable }]) =>
    sortable && outline.attributes[name]?.readable === true ? [name] : [],
  )
}
