/** Create, read, update and delete of one row. */
import { InvalidError, PreconditionRequiredError, StaleError } from '../errors.ts'
import type { Filter } from '../filter/filter.ts'
import { parseFilterJson } from '../filter/parse-filter-json.ts'
import type { CreateInput, UpdateInput } from '../resource/item.ts'
import { operationName, operationPath } from '../resource/operation-name.ts'
import type { Resource } from '../resource/resource.ts'
import type { ConditionalOptions, Transaction } from '../store/store.ts'
import { includeResults, pathMaker, privateAnswer, resultAnswer } from './answers.ts'
import { bodyMembers, objectMember } from './body.ts'
import { IDEMPOTENCY_KEY, idempotencyKeyOf } from './idempotency.ts'
import { IF_MATCH, IF_NONE_MATCH, keyParameter } from './item-parameters.ts'
import type { Answer, Operation, OperationRequest } from './operation.ts'
import { includeParameters, readIncludes } from './page-query.ts'
import { objectSchema, schemaRef } from './resource-schemas.ts'
import { sampleCreate, sampleResult, sampleUpdate } from './samples.ts'
import { isKnownTo, securityOf, storeOf, type ServedResource, type Services } from './served.ts'

/** `POST /actions/message`. */
export function createOperation(served: ServedResource, services: Services): Operation {
  const { resource } = served
  const name = operationName(resource, 'create')
  const toPath = pathMaker(resource)
  return Object.freeze<Operation>({
    name,
    method: 'POST',
    path: operationPath(resource, 'create'),
    tag: resource.name,
    summary: `Create ${withArticle(resource)}`,
    description: 'What is left out has its default. What the server sets itself can’t be sent.',
    security: securityOf(served, 'create'),
    parameters: [IDEMPOTENCY_KEY],
    body: {
      contentType: 'application/json',
      isRequired: true,
      schema: objectSchema({ item: schemaRef(resource, 'create') }),
      examples: { item: { summary: 'An item', value: { item: sampleCreate(served) } } },
    },
    answers: {
      201: {
        description: 'Created.',
        schema: schemaRef(resource, 'result'),
        headers: ['ETag', 'Location', 'Idempotent-Replayed'],
        example: sampleResult(served),
      },
    },
    errors: ['unauthenticated', 'forbidden', 'conflict'],
    async handle(request) {
      const { authorization, body, headers, query } = request
      query.refuseRest()
      const item = objectMember(bodyMembers(body, { required: ['item'] })['item'], '/item')
      const idempotencyKey = idempotencyKeyOf(headers)
      const store = storeOf(services, authorization, resource)
      const create = async (transaction?: Transaction): Promise<Answer> => {
        // The store checks it.
        const input = item as CreateInput<Resource>
        const result = await store.create(input, transaction === undefined ? {} : { transaction })
        const answer = resultAnswer(services, request, { resource, result })
        return {
          ...answer,
          status: 201,
          headers: { ...answer.headers, location: toPath(result.key) },
        }
      }
      if (idempotencyKey === undefined) return create()
      return services.answerOnce(name, { ...request, idempotencyKey }, create)
    },
  })
}

/** `GET /actions/message/{key}`. */
export function readOperation(served: ServedResource, services: Services): Operation {
  const { resource } = served
  return Object.freeze<Operation>({
    name: operationName(resource, 'read'),
    method: 'GET',
    path: operationPath(resource, 'read'),
    tag: resource.name,
    summary: `Read ${withArticle(resource)}`,
    description: 'With `include` it has no ETag: what is linked changes by itself.',
    security: securityOf(served, 'read'),
    parameters: [keyParameter(resource), ...includeParameters(served, services), IF_NONE_MATCH],
    answers: {
      200: {
        description: 'The item, and what you may do with it.',
        schema: schemaRef(resource, 'result'),
        headers: ['ETag'],
        example: sampleResult(served),
      },
      304: { description: 'It is as you have it.', headers: ['ETag'] },
    },
    errors: ['unauthenticated', 'not_found', 'stale'],
    async handle(request) {
      const { authorization, headers, key, query } = request
      const isKnown = isKnownTo(services, authorization)
      const includes = readIncludes(query, resource, { registry: services.registry, isKnown })
      query.refuseRest()
      const result = await storeOf(services, authorization, resource).readOrThrow(key)
      if (includes.length > 0) {
        const [included] = await includeResults(services, authorization, {
          resource,
          results: [result],
          includes,
        })
        return privateAnswer(included)
      }
      const answer = resultAnswer(services, request, { resource, result })
      return conditional(services, answer, headers)
    },
  })
}

/** Weighs `If-Match`, then `If-None-Match` (RFC 9110 §13.2.2). */
function conditional(
  { etags }: Services,
  answer: Answer,
  { 'if-match': ifMatch, 'if-none-match': ifNoneMatch }: OperationRequest['headers'],
): Answer {
  const tag = answer.headers?.['etag'] ?? ''
  if (ifMatch !== undefined && !etags.isMatched(ifMatch, tag)) throw new StaleError()
  if (ifNoneMatch === undefined || !etags.isNamed(ifNoneMatch, tag)) return answer
  return { status: 304, ...(answer.headers === undefined ? {} : { headers: answer.headers }) }
}

/** `PATCH /actions/message/{key}`. */
export function updateOperation(served: ServedResource, services: Services): Operation {
  const { resource } = served
  const precondition = {
    ...schemaRef(resource, 'filter'),
    description: 'The item must match it as it is now.',
  }
  return Object.freeze<Operation>({
    name: operationName(resource, 'update'),
    method: 'PATCH',
    path: operationPath(resource, 'update'),
    tag: resource.name,
    summary: `Update ${withArticle(resource)}`,
    description: 'What is left out stays as it is.',
    security: securityOf(served, 'update'),
    parameters: [keyParameter(resource), IF_MATCH],
    body: {
      contentType: 'application/json',
      isRequired: true,
      schema: objectSchema({ item: schemaRef(resource, 'update'), precondition }, ['item']),
      examples: { item: { summary: 'What changes', value: { item: sampleUpdate(served) } } },
    },
    answers: {
      200: {
        description: 'Updated.',
        schema: schemaRef(resource, 'result'),
        headers: ['ETag'],
        example: sampleResult(served),
      },
    },
    errors: [
      'unauthenticated',
      'forbidden',
      'not_found',
      'conflict',
      'stale',
      ...requiredErrors(resource),
    ],
    async handle(request) {
      const { authorization, body, key, query } = request
      query.refuseRest()
      const members = bodyMembers(body, { required: ['item'], optional: ['precondition'] })
      const item = objectMember(members['item'], '/item') as UpdateInput<Resource> // the store checks it
      const filter = readPrecondition(members['precondition'], resource, { services, request })
      const conditions = conditionsOf(request, resource, services)
      const store = storeOf(services, authorization, resource)
      const result = await store.update(key, item, { ...conditions, ...filter })
      return resultAnswer(services, request, { resource, result })
    },
  })
}

function readPrecondition(
  json: unknown,
  resource: Resource,
  { services, request }: { readonly services: Services; readonly request: OperationRequest },
): { readonly precondition?: Filter } {
  if (json === undefined) return {}
  const isKnown = isKnownTo(services, request.authorization)
  const { registry } = services
  return {
    precondition: parseFilterJson(json, { registry, resource, isKnown, pointer: '/precondition' }),
  }
}

/** `DELETE /actions/message/{key}`. */
export function deleteOperation(served: ServedResource, services: Services): Operation {
  const { resource } = served
  return Object.freeze<Operation>({
    name: operationName(resource, 'delete'),
    method: 'DELETE',
    path: operationPath(resource, 'delete'),
    tag: resource.name,
    summary: `Delete ${withArticle(resource)}`,
    description: 'Refused (409) while other items that must not be left alone point at it.',
    security: securityOf(served, 'delete'),
    parameters: [keyParameter(resource), IF_MATCH],
    answers: { 204: { description: 'Deleted.' } },
    errors: [
      'unauthenticated',
      'forbidden',
      'not_found',
      'conflict',
      'stale',
      ...requiredErrors(resource),
    ],
    async handle(request) {
      const { authorization, key, query } = request
      query.refuseRest()
      const conditions = conditionsOf(request, resource, services)
      await storeOf(services, authorization, resource).delete(key, conditions)
      return { status: 204 }
    },
  })
}

function requiredErrors({ requiresIfMatch }: Resource): readonly 'precondition_required'[] {
  return requiresIfMatch ? ['precondition_required'] : []
}

/** What the headers of a write demand of the row. */
function conditionsOf(
  { authorization, headers }: OperationRequest,
  resource: Resource,
  { etags }: Services,
): ConditionalOptions {
  if (headers['if-none-match'] !== undefined) {
    throw new InvalidError([{ pointer: '', detail: 'If-None-Match is for reads. Use If-Match.' }])
  }
  const ifMatch = headers['if-match']
  if (ifMatch === undefined) {
    if (resource.requiresIfMatch) throw new PreconditionRequiredError()
    return {}
  }
  const versions = etags.versionsOf(ifMatch, authorization)
  return versions === undefined ? {} : { versions }
}

function withArticle({ name }: Resource): string {
  const words = name.replaceAll('_', ' ')
  return `${/^(?:[aeio]|u(?!s|ni))/.test(words) ? 'an' : 'a'} ${words}`
}
