/** Whether the server is alive, and ready: for balancers and supervisors. */
import { UnavailableError } from '../errors.ts'
import type { Operation } from './operation.ts'
import { objectSchema } from './resource-schemas.ts'

const HEADERS = Object.freeze({ 'cache-control': 'no-store' })

const shared = Object.freeze({
  method: 'GET',
  tag: 'health',
  security: 'none',
  parameters: [],
  errors: [],
} as const)

/** `GET /healthz` and `GET /readyz`. */
export function healthOperations(isReady: () => Promise<boolean>): readonly Operation[] {
  return [
    Object.freeze<Operation>({
      ...shared,
      name: 'health',
      path: '/healthz',
      summary: 'Is it alive?',
      description: 'Answers as long as the process does.',
      answers: { 200: statusAnswer('alive') },
      async handle({ query }) {
        query.refuseRest()
        return { status: 200, headers: HEADERS, body: { status: 'alive' } }
      },
    }),
    Object.freeze<Operation>({
      ...shared,
      name: 'readiness',
      path: '/readyz',
      summary: 'Is it ready?',
      description: '503 while the database is away.',
      answers: { 200: statusAnswer('ready') },
      async handle({ query }) {
        query.refuseRest()
        if (!(await isReady())) throw new UnavailableError()
        return { status: 200, headers: HEADERS, body: { status: 'ready' } }
      },
    }),
  ]
}

function statusAnswer(status: string): Operation['answers'][number] {
  return {
    description: 'Yes.',
    schema: objectSchema({ status: { const: status } }),
    example: { status },
  }
}
