/** Search and count. */
import type { Filter } from '../filter/filter.ts'
import type { Include } from '../filter/include.ts'
import { fullOrder } from '../filter/order.ts'
import type { PageKeyBound } from '../filter/page-key.ts'
import { operationName, operationPath } from '../resource/operation-name.ts'
import type { Resource } from '../resource/resource.ts'
import type { Authorization } from '../security/authorization.ts'
import type { OperationOptions, Page, Result, Search } from '../store/store.ts'
import { includeResults, privateAnswer } from './answers.ts'
import type { Answer, Operation } from './operation.ts'
import {
  filterParameters,
  pageParameters,
  readFilterQuery,
  readPageQuery,
  type PageQuery,
} from './page-query.ts'
import { objectSchema, schemaRef } from './resource-schemas.ts'
import { sampleResult } from './samples.ts'
import { securityOf, storeOf, type ServedResource, type Services } from './served.ts'

/** `GET /actions/message-search`. */
export function searchOperation(served: ServedResource, services: Services): Operation {
  const { resource, outline } = served
  return Object.freeze<Operation>({
    name: operationName(resource, 'search'),
    method: 'GET',
    path: operationPath(resource, 'search'),
    tag: resource.name,
    summary: `Search ${resource.name.replaceAll('_', ' ')} items`,
    description:
      'Pages go on exactly where the one before ended, whatever is added or removed meanwhile.',
    security: securityOf(served, 'read'),
    parameters: pageParameters(served, services),
    answers: {
      200: {
        description: 'A page.',
        schema: schemaRef(resource, 'page'),
        example: {
          results: [sampleResult(served)],
          next_page_key: null,
          creatable: outline.operations.create,
        },
      },
    },
    errors: pageErrors(served),
    async handle(request) {
      const { authorization: caller } = request
      const query = readPageQuery(request, resource, services)
      const asked = askForPage(query, { resource, filter: query.filter, caller }, services)
      return answerPage(query, services, async (within) => {
        const page = await storeOf(services, caller, resource).search(asked.search, within)
        const body = await wirePage(page, { ...asked, ...within }, services)
        return { ...body, creatable: page.creatable }
      })
    },
  })
}

/** Where not everybody may read, there may be who is logged in and may read nothing. */
function pageErrors(served: ServedResource): Operation['errors'] {
  return securityOf(served, 'read') === 'optional'
    ? ['unauthenticated']
    : ['unauthenticated', 'forbidden']
}

/** Which rows a page is of. */
export interface PageScope {
  readonly resource: Resource
  /** All that selects them: what the caller asked for, and the link when they are of one. */
  readonly filter: Filter
  readonly caller: Authorization
}

/** A page that is asked for. */
export interface AskedPage {
  /** What the store is asked. */
  readonly search: Search
  /** What its page key is good for. */
  readonly bound: PageKeyBound
  readonly includes: readonly Include[]
  readonly caller: Authorization
}

/** Asks for a page of those rows. @throws InvalidError for a page key that is not of this search */
export function askForPage(
  { order, limit, pageKey, includes, filter: asked }: PageQuery,
  { resource, filter, caller }: PageScope,
  { pageKeys }: Services,
): AskedPage {
  const bound = { resource, filter, order: fullOrder(resource, order), subject: caller.subject }
  const search: Search = {
    filter: asked,
    limit,
    ...(order === undefined ? {} : { order }),
    ...(pageKey === undefined ? {} : { after: pageKeys.open(pageKey, bound) }),
  }
  return { search, bound, includes, caller }
}

/** Answers a page that `read` reads with those options; with its cursor, as of one moment, when the caller wants to have it. */
export async function answerPage(
  { withCursor }: PageQuery,
  { transactions }: Services,
  read: (within: OperationOptions) => Promise<object>,
): Promise<Answer> {
  if (!withCursor) return privateAnswer(await read({}))
  return transactions.snapshot(async (transaction, cursor) =>
    privateAnswer({ ...(await read({ transaction })), cursor }),
  )
}

/** A page as it is written, with what is included. */
export async function wirePage(
  { results, next }: Page,
  { bound, includes, caller, transaction }: AskedPage & OperationOptions,
  services: Services,
): Promise<{ readonly results: readonly Result[]; readonly next_page_key: string | null }> {
  const { resource } = bound
  return {
    results: await includeResults(services, caller, {
      resource,
      results,
      includes,
      ...(transaction && { transaction }),
    }),
    next_page_key: next === undefined ? null : services.pageKeys.seal(next, bound),
  }
}

/** `GET /actions/message-count`. */
export function countOperation(served: ServedResource, services: Services): Operation {
  const { resource } = served
  return Object.freeze<Operation>({
    name: operationName(resource, 'count'),
    method: 'GET',
    path: operationPath(resource, 'count'),
    tag: resource.name,
    summary: `Count ${resource.name.replaceAll('_', ' ')} items`,
    description: 'Counts what you may read.',
    security: securityOf(served, 'read'),
    parameters: filterParameters(served),
    answers: { 200: COUNT_ANSWER },
    errors: pageErrors(served),
    async handle(request) {
      const filter = readFilterQuery(request, resource, services)
      const store = storeOf(services, request.authorization, resource)
      return privateAnswer({ count: await store.count(filter) })
    },
  })
}

/** A number, for documents. */
export const COUNT_ANSWER = Object.freeze({
  description: 'How many there are.',
  schema: objectSchema({ count: { type: 'integer', minimum: 0 } }),
  example: { count: 1 },
  isSmall: true,
} as const)
