/** Read batch and edit batch. */
import { InvalidError, UnauthenticatedError, type ErrorCode } from '../errors.ts'
import { PROBLEMS } from '../problem.ts'
import { operationName, operationPath } from '../resource/operation-name.ts'
import { isPossible, type Access } from '../security/access.ts'
import { isAuthenticated } from '../security/authorization.ts'
import type { Edit, EditResult, Store } from '../store/store.ts'
import { privateAnswer } from './answers.ts'
import { readBatch, type Batch, type ReadEdit } from './batch-edits.ts'
import type { JsonSchema, Operation } from './operation.ts'
import { objectSchema, schemaRef, updateWithKeySchema } from './resource-schemas.ts'
import { sampleCreate, sampleKey, sampleResult } from './samples.ts'
import { securityOf, storeOf, type ServedResource, type Services } from './served.ts'

/** `GET /actions/message-batch`. */
export function readBatchOperation(served: ServedResource, services: Services): Operation {
  const { resource } = served
  const most = resource.batchSize
  return Object.freeze<Operation>({
    name: operationName(resource, 'read_batch'),
    method: 'GET',
    path: operationPath(resource, 'read_batch'),
    tag: resource.name,
    summary: `Read several ${resource.name.replaceAll('_', ' ')} items by their keys`,
    description: 'One result for each key, in the order asked; null for one that is not there.',
    security: securityOf(served, 'read'),
    parameters: [
      {
        name: 'keys',
        in: 'query',
        description: 'Keys; repeat the parameter for each.',
        schema: { type: 'array', items: { type: 'string' }, minItems: 1, maxItems: most },
        isRequired: true,
        example: [sampleKey(resource)],
      },
    ],
    answers: {
      200: {
        description: 'The items.',
        schema: {
          type: 'array',
          items: { anyOf: [schemaRef(resource, 'result'), { type: 'null' }] },
        },
        example: [sampleResult(served), null],
      },
    },
    errors: ['unauthenticated'],
    async handle({ authorization, query }) {
      const keys = query.takeAll('keys')
      query.refuseRest()
      if (keys.length === 0 || keys.length > most) {
        throw new InvalidError([{ pointer: '?keys', detail: `must be there 1 to ${most} times` }])
      }
      const results = await storeOf(services, authorization, resource).readBatch(keys)
      return privateAnswer(results.map((result) => result ?? null))
    },
  })
}

/** `PATCH /actions/message-batch`. */
export function editBatchOperation(served: ServedResource, services: Services): Operation {
  const { resource } = served
  return Object.freeze<Operation>({
    name: operationName(resource, 'edit_batch'),
    method: 'PATCH',
    path: operationPath(resource, 'edit_batch'),
    tag: resource.name,
    summary: `Create, update and delete several ${resource.name.replaceAll('_', ' ')} items`,
    description:
      'One result for each edit, in order. With `atomic` all succeed, or nothing is written.',
    security: editSecurity(served),
    parameters: [],
    body: {
      contentType: 'application/json',
      isRequired: true,
      schema: batchSchema(served),
      examples: { edits: { summary: 'A batch', value: sampleBatch(served) } },
    },
    answers: {
      200: {
        description: 'What became of each edit.',
        schema: { type: 'array', items: editResultSchema(served) },
        example: [
          { success: true, code: null, detail: null, result: sampleResult(served) },
          {
            success: false,
            code: 'not_found',
            detail: 'There is nothing here.',
            result: null,
          },
        ],
      },
    },
    errors: ['unauthenticated'],
    async handle({ authorization: caller, body, query }) {
      query.refuseRest()
      const batch = readBatch(body, { resource, caller, services })
      const store = storeOf(services, caller, resource)
      refuseAnonymous(store.access)
      const results = await runBatch(batch, store)
      return { status: 200, headers: { 'cache-control': 'no-store' }, body: results.map(toWire) }
    },
  })
}

const EDITS = ['create', 'update', 'delete'] as const

function editSecurity(served: ServedResource): Operation['security'] {
  const isOptional = EDITS.some((edit) => securityOf(served, edit) === 'optional')
  return isOptional ? 'optional' : 'required'
}

/** Anonymous callers who may edit nothing are told so at once, instead of edit by edit. */
function refuseAnonymous(access: Access): void {
  if (isAuthenticated(access.caller) || EDITS.some((edit) => isPossible(access[edit]))) return
  throw new UnauthenticatedError()
}

async function runBatch({ edits, isAtomic }: Batch, store: Store): Promise<readonly EditResult[]> {
  const good = edits.filter((edit): edit is Edit => !(edit instanceof Error))
  if (isAtomic && good.length < edits.length) return edits.map(toFailure)
  const results = (await store.editBatch(good, { isAtomic })).values()
  return edits.map((edit) => {
    if (edit instanceof Error) return toFailure(edit)
    return results.next().value ?? UNDONE
  })
}

const UNDONE: EditResult = Object.freeze({
  success: false,
  code: undefined,
  detail: 'Nothing was done, because another edit of the batch failed.',
})

function toFailure(edit: ReadEdit): EditResult {
  if (!(edit instanceof Error)) return UNDONE
  return { success: false, code: edit.code, detail: edit.message }
}

function toWire(result: EditResult): unknown {
  if (result.success) {
    return { success: true, code: null, detail: null, result: result.result ?? null }
  }
  return { success: false, code: result.code ?? null, detail: result.detail, result: null }
}

function batchSchema(served: ServedResource): JsonSchema {
  const { resource, outline } = served
  const { operations } = outline
  const conditions = { precondition: schemaRef(resource, 'filter'), if_match: { type: 'string' } }
  const create = objectSchema({ create_item: schemaRef(resource, 'create') })
  const update = { update_item: updateWithKeySchema(served), ...conditions }
  const remove = { delete_key: { type: 'string' }, ...conditions }
  const edits = [
    ...(operations.create ? [create] : []),
    ...(operations.update ? [objectSchema(update, ['update_item'])] : []),
    ...(operations.delete ? [objectSchema(remove, ['delete_key'])] : []),
  ]
  return objectSchema(
    {
      edits: { type: 'array', items: { anyOf: edits }, maxItems: resource.batchSize },
      atomic: { type: 'boolean', default: false },
    },
    ['edits'],
  )
}

const CODES = Object.keys(PROBLEMS) as readonly ErrorCode[]

function editResultSchema({ resource }: ServedResource): JsonSchema {
  return objectSchema({
    success: { type: 'boolean' },
    code: {
      enum: [...CODES, null],
      description:
        'Why not; null when it succeeded, or would have but for another edit of the batch.',
    },
    detail: { type: ['string', 'null'] },
    result: {
      description: 'What was created or updated.',
      anyOf: [schemaRef(resource, 'result'), { type: 'null' }],
    },
  })
}

function sampleBatch(served: ServedResource): unknown {
  const { operations } = served.outline
  const key = sampleKey(served.resource)
  return {
    edits: [
      ...(operations.create ? [{ create_item: sampleCreate(served) }] : []),
      ...(operations.delete ? [{ delete_key: key }] : []),
    ],
    atomic: false,
  }
}
