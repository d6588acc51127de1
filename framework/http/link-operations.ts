/** Reads what a link of one row leads to: a row, a page or a number. */
import { NotFoundError } from '../errors.ts'
import { ALL, and } from '../filter/filter.ts'
import type { BelongsTo, HasLink, Link } from '../resource/link.ts'
import { linkOperationName, linkPath } from '../resource/operation-name.ts'
import { isPossible } from '../security/access.ts'
import {
  followedStore,
  keyValuesOf,
  linkedRows,
  targetKeyOf,
  type LinkToMany,
} from '../store/linked-rows.ts'
import type { OperationOptions, Page, Result, Search, Store } from '../store/store.ts'
import { includeResults, privateAnswer, resultAnswer } from './answers.ts'
import { keyParameter } from './item-parameters.ts'
import type { Answer, Operation, OperationRequest } from './operation.ts'
import { answerPage, askForPage, COUNT_ANSWER, wirePage } from './page-operations.ts'
import { includeParameters, pageParameters, readIncludes, readPageQuery } from './page-query.ts'
import { schemaRef } from './resource-schemas.ts'
import { sampleResult } from './samples.ts'
import { isKnownTo, isLinkServed, storeOf, type ServedResource, type Services } from './served.ts'

/** One operation for each link that leads to served rows. */
export function linkOperations(served: ServedResource, services: Services): readonly Operation[] {
  return Object.entries(served.resource.links).flatMap(([name, link]) => {
    const target = services.served.get(link.target)
    if (target === undefined || !isLinkServed(services, link)) return []
    return [linkOperation({ served, target, name, link }, services)]
  })
}

interface ServedLink<L extends Link = Link> {
  readonly served: ServedResource
  readonly target: ServedResource
  readonly name: string
  readonly link: L
}

function linkOperation(linked: ServedLink, services: Services): Operation {
  const { link } = linked
  switch (link.kind) {
    case 'belongsTo':
    case 'hasOne':
      return oneOperation({ ...linked, link }, services)
    case 'hasMany':
    case 'manyToMany':
      return manyOperation({ ...linked, link }, services)
    case 'hasCount':
      return countOperation({ ...linked, link }, services)
  }
}

function shared({ served, target, name, link }: ServedLink) {
  const { resource } = served
  const isOpen = isPossible(served.anonymous.read) && isPossible(target.anonymous.read)
  const words = (text: string): string => text.replaceAll('_', ' ')
  return {
    name: linkOperationName(resource, name, link),
    method: 'GET',
    path: linkPath(resource, name),
    tag: resource.name,
    summary: `Read the ${words(name)} of a ${words(resource.name)}`,
    security: isOpen ? 'optional' : 'required',
  } as const
}

function oneOperation(linked: ServedLink<BelongsTo | HasLink>, services: Services): Operation {
  const { served, target, link } = linked
  const { resource } = target
  return Object.freeze<Operation>({
    ...shared(linked),
    description: '404 also when there is none.',
    parameters: [keyParameter(served.resource), ...includeParameters(target, services)],
    answers: {
      200: {
        description: 'What the link leads to.',
        schema: schemaRef(resource, 'result'),
        headers: ['ETag'],
        example: sampleResult(target),
      },
    },
    errors: ['unauthenticated', 'not_found'],
    async handle(request) {
      const { authorization, query } = request
      const isKnown = isKnownTo(services, authorization)
      const includes = readIncludes(query, resource, { registry: services.registry, isKnown })
      query.refuseRest()
      const from = await readFrom(linked, request, { services })
      const result =
        link.kind === 'belongsTo'
          ? await readTarget({ ...linked, link }, from, { request, services })
          : (
              await readLinked({ ...linked, link }, from.key, {
                request,
                services,
                search: { limit: 1 },
              })
            ).results[0]
      if (result === undefined) throw new NotFoundError()
      if (includes.length === 0) return resultAnswer(services, request, { resource, result })
      const [included] = await includeResults(services, authorization, {
        resource,
        results: [result],
        includes,
      })
      return privateAnswer(included)
    },
  })
}

function manyOperation(linked: ServedLink<LinkToMany>, services: Services): Operation {
  const { served, target, link } = linked
  const { resource } = target
  return Object.freeze<Operation>({
    ...shared(linked),
    description: `A page, searched like ${resource.name.replaceAll('_', ' ')} items.`,
    parameters: [keyParameter(served.resource), ...pageParameters(target, services)],
    answers: {
      200: {
        description: 'A page of what the link leads to.',
        schema: schemaRef(resource, 'linked_page'),
        example: { results: [sampleResult(target)], next_page_key: null },
      },
    },
    errors: ['unauthenticated', 'not_found'],
    async handle(request) {
      const query = readPageQuery(request, resource, services)
      return answerPage(query, services, async (within) => {
        const { key } = await readFrom(linked, request, { services, within })
        const ofLink = linkedRows(services.registry, link, keyValuesOf(served.resource, key))
        const scope = { resource, filter: and(query.filter, ofLink), caller: request.authorization }
        const asked = askForPage(query, scope, services)
        const reading = { request, services, search: asked.search, within }
        return wirePage(await readLinked(linked, key, reading), { ...asked, ...within }, services)
      })
    },
  })
}

function countOperation(linked: ServedLink<HasLink>, services: Services): Operation {
  const { served, link } = linked
  return Object.freeze<Operation>({
    ...shared(linked),
    description: 'Counts what you may read.',
    parameters: [keyParameter(served.resource)],
    answers: { 200: COUNT_ANSWER },
    errors: ['unauthenticated', 'not_found'],
    async handle(request): Promise<Answer> {
      request.query.refuseRest()
      const { key } = await readFrom(linked, request, { services })
      const store = followedStore(services.peersOf(request.authorization), link)
      const groups = [keyValuesOf(served.resource, key)]
      const counts = await store?.countGroups({ attributes: link.attributes, groups })
      return privateAnswer({ count: counts?.[0] ?? 0 })
    },
  })
}

/** The row that the link is of, as the caller sees it. */
async function readFrom(
  { served }: ServedLink,
  { authorization, key }: OperationRequest,
  { services, within }: Omit<Reading, 'request'>,
): Promise<Result> {
  return storeOf(services, authorization, served.resource).readOrThrow(key, within)
}

interface Reading {
  readonly request: OperationRequest
  readonly services: Services
  /** Default: each statement by itself. */
  readonly within?: OperationOptions
}

async function readTarget(
  { target, link }: ServedLink<BelongsTo>,
  { item }: Result,
  { request, services }: Reading,
): Promise<Result | undefined> {
  const store = followedStore(services.peersOf(request.authorization), link)
  const key = targetKeyOf(target.resource, link, item)
  return key === undefined ? undefined : store?.read(key)
}

const NO_PAGE: Page = Object.freeze({ results: [], next: undefined, creatable: false })

/** The rows at the other end of a link of the row with that key. */
async function readLinked(
  { served, target, link }: ServedLink<LinkToMany>,
  key: string,
  { request, services, search, within }: Reading & { readonly search: Search },
): Promise<Page> {
  const peers = services.peersOf(request.authorization)
  const store = followedStore(peers, link)
  if (store === undefined) return NO_PAGE
  const keyValues = keyValuesOf(served.resource, key)
  if (link.kind === 'manyToMany') {
    const rows: Store = storeOf(services, request.authorization, target.resource)
    const filter = and(search.filter ?? ALL, linkedRows(services.registry, link, keyValues))
    return rows.search({ ...search, filter }, within)
  }
  const groups = { ...search, attributes: link.attributes, groups: [keyValues] }
  const [page] = await store.searchGroups(groups, within)
  return page ?? NO_PAGE
}
