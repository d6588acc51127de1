/** Actions of the app that requests set off. */
import type { Action, ActionContext, Web } from '../action/action.ts'
import { senderWithin } from '../action/job-sender.ts'
import { limitsInWords } from '../action/limit.ts'
import { ForbiddenError, InternalError, UnauthenticatedError, type ErrorCode } from '../errors.ts'
import { actionPath } from '../resource/operation-name.ts'
import { validatorOf } from '../resource/validator.ts'
import { isAuthenticated, type Authorization } from '../security/authorization.ts'
import type { Transaction } from '../store/store.ts'
import { IDEMPOTENCY_KEY, idempotencyKeyOf } from './idempotency.ts'
import type { Answer, DocumentedAnswer, Example, Operation, OperationRequest } from './operation.ts'
import { toJsonSchema } from './resource-schemas.ts'
import { sampleOfSchema } from './samples.ts'
import type { Services } from './served.ts'

/** The tag of all actions in documents. */
export const ACTION_TAG = 'actions'

const ERRORS: readonly ErrorCode[] = Object.freeze([
  'unauthenticated', 'forbidden', 'not_found', 'conflict', 'stale', 'too_many_requests',
] as const) // prettier-ignore

/** One operation for each action that requests set off. */
export function actionOperations(
  actions: readonly Action[],
  services: Services,
): readonly Operation[] {
  return actions.flatMap((action) =>
    action.triggers.flatMap((trigger) =>
      trigger.kind === 'web' ? [withCookies(action, trigger, services)] : [],
    ),
  )
}

function withCookies(action: Action, trigger: Web, services: Services): Operation {
  const operation = actionOperation(action, trigger, services)
  return services.sessionCookies?.(operation, action) ?? operation
}

function actionOperation(action: Action, trigger: Web, services: Services): Operation {
  const { name, input, output, scopes } = action
  const status = trigger.status ?? (output === undefined ? 204 : 200)
  return Object.freeze<Operation>({
    name,
    method: 'POST',
    path: actionPath(name),
    tag: ACTION_TAG,
    summary: sentenceOf(name),
    description: [action.description, limitsInWords(action.limits)].filter(Boolean).join(' '),
    security: securityOf(action),
    scopes,
    parameters: isKept(action) ? [IDEMPOTENCY_KEY] : [],
    body: {
      contentType: 'application/json',
      isRequired: !validatorOf(input).isValid({}),
      schema: toJsonSchema(input),
      examples: inputExamples(action),
    },
    answers: { [status]: documentedAnswer(action) },
    errors: ERRORS,
    async handle(request) {
      request.query.refuseRest()
      const { body = {}, headers, authorization, client } = request
      validatorOf(input).check(body)
      const idempotencyKey = isKept(action) ? idempotencyKeyOf(headers) : undefined
      authorize(action, authorization)
      const tried = { input: body, client, subject: authorization.subject }
      return services.limiter(action, tried, async () => {
        const prepared = await action.prepare(body, { client })
        const run = async (transaction?: Transaction): Promise<Answer> => {
          const context = contextOf(request, services, { transaction, prepared })
          return { ...toAnswer(action, await action.run(body, context)), status }
        }
        if (idempotencyKey !== undefined) {
          return services.answerOnce(name, { ...request, body, idempotencyKey }, run)
        }
        return action.isTransactional ? services.transactions.transaction(run) : run()
      })
    },
  })
}

/** What answers tokens has its credentials in its input, so no token that has ended stands in its way. */
function securityOf({ isPublic, answersTokens }: Action): Operation['security'] {
  if (!isPublic) return 'required'
  return answersTokens ? 'none' : 'optional'
}

/** Whether first answers are kept. They hold what the caller saw, so never tokens. */
function isKept({ isTransactional, answersTokens }: Action): boolean {
  return isTransactional && !answersTokens
}

function authorize({ isPublic, scopes }: Action, caller: Authorization): void {
  const isGranted = scopes.every((scope) => caller.scopes.has(scope))
  if (isAuthenticated(caller) ? isGranted : isPublic && isGranted) return
  throw isAuthenticated(caller) ? new ForbiddenError() : new UnauthenticatedError()
}

function contextOf(
  { authorization: caller, client }: OperationRequest,
  { peersOf, jobs }: Services,
  {
    transaction,
    prepared,
  }: { readonly transaction: Transaction | undefined; readonly prepared: unknown },
): ActionContext {
  return Object.freeze({
    caller,
    client,
    stores: peersOf(caller),
    jobs: senderWithin(jobs, transaction),
    prepared,
    get transaction(): Transaction {
      if (transaction !== undefined) return transaction
      throw new InternalError('This action is not transactional.')
    },
  })
}

function toAnswer({ name, output, cacheControl }: Action, value: unknown): Omit<Answer, 'status'> {
  const headers = { 'cache-control': cacheControl }
  if (output === undefined) return { headers }
  const faults = validatorOf(output).faultsOf(value)
  if (faults.length > 0) {
    const told = faults.map(({ pointer, detail }) => `${pointer} ${detail}`).join('; ')
    throw new InternalError(`Action ${name} answered what its output does not declare: ${told}`)
  }
  return { headers, body: value }
}

function inputExamples({ examples, input }: Action): Readonly<Record<string, Example>> {
  const [first] = examples
  if (first === undefined) {
    return { example: { summary: 'An example', value: sampleOfSchema(input) } }
  }
  return Object.fromEntries(
    examples.map((example, index) => [
      `example_${index + 1}`,
      { summary: example.name, value: example.input },
    ]),
  )
}

function documentedAnswer({ examples, output }: Action): DocumentedAnswer {
  if (output === undefined) return { description: 'Done.' }
  const example = examples.find((one) => one.output !== undefined)?.output
  return {
    description: 'Done.',
    schema: toJsonSchema(output),
    example: example ?? sampleOfSchema(output),
  }
}

function sentenceOf(name: string): string {
  const words = name.replaceAll('_', ' ')
  return words.charAt(0).toUpperCase() + words.slice(1)
}
