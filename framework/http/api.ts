/** The API of an app as values: its operations, and the document that tells of them. */
import type { Action } from '../action/action.ts'
import type { JobSender, JobTransactionOptions } from '../action/job.ts'
import type { Limiter } from '../action/limiter.ts'
import type { JwkSet } from '../auth/token-keys.ts'
import { DeclarationError } from '../errors.ts'
import type { PageKeys } from '../filter/page-key.ts'
import type { NamedSchemas } from '../resource/referred-schemas.ts'
import type { Registry } from '../resource/registry.ts'
import type { Authorization } from '../security/authorization.ts'
import type { Peers, Transactions } from '../store/store.ts'
import { ACTION_TAG, actionOperations } from './action-operations.ts'
import { createETags } from './etag.ts'
import { healthOperations } from './health-operations.ts'
import { answerOnce, type Idempotency } from './idempotency.ts'
import { jwksOperation } from './jwks-operation.ts'
import { oauthFormOperation, type GrantLimits, type GrantTokens } from './oauth-form.ts'
import { openApiDocument, PROBLEM_SCHEMA, type ApiInfo, type OpenApiDocument } from './openapi.ts'
import type { Operation } from './operation.ts'
import { resourceOperations } from './resource-operations.ts'
import { resourceSchemas } from './resource-schemas.ts'
import type { SessionCookies } from './session-cookies.ts'
import {
  servedResources,
  type ServedFactory,
  type ServedResource,
  type Services,
} from './served.ts'

/** What an API is made from. */
export interface ApiOptions {
  readonly registry: Registry
  /** The store factories: a resource without one is not reachable. */
  readonly factories: readonly ServedFactory[]
  readonly peersOf: (caller: Authorization) => Peers
  readonly actions: readonly Action[]
  readonly pageKeys: PageKeys
  /** Keys ETags and the hashes of kept requests; the same on every server of the app. */
  readonly etagKey: Uint8Array
  readonly idempotency: Idempotency
  readonly transactions: Transactions
  readonly limiter: Limiter
  readonly jobs: JobSender<JobTransactionOptions>
  /** Absent: tokens are told in bodies alone. */
  readonly sessionCookies?: SessionCookies
  /** Serves `POST /login`; without it there is no such path. */
  readonly tokenGrant?: GrantTokens
  /** Whose limits it keeps; default: none. */
  readonly grantLimits?: GrantLimits
  /** Served for others to verify tokens with; without it there is no such path. */
  readonly publicKeys?: JwkSet
  /** Whether the database answers now. */
  readonly isReady: () => Promise<boolean>
  readonly info: ApiInfo
}

/** An API. */
export interface Api {
  readonly operations: readonly Operation[]
  /** Resources that are served. */
  readonly served: readonly ServedResource[]
  /** Every schema that documents may refer to, by name. */
  readonly schemas: NamedSchemas
  readonly document: OpenApiDocument
}

/** Gathers everything that is served. @throws DeclarationError when two operations would have one name or place */
export function createApi(options: ApiOptions): Api {
  const services = servicesOf(options)
  const served = [...services.served.values()]
  const operations = Object.freeze([
    ...served.flatMap((one) => resourceOperations(one, services)),
    ...actionOperations(options.actions, services),
    ...formOperations(options),
    ...(options.publicKeys === undefined ? [] : [jwksOperation(options.publicKeys)]),
    ...healthOperations(options.isReady),
  ])
  refuseCollisions(operations)
  const tags = {
    ...Object.fromEntries(
      served.map(({ resource }) => [resource.name, resource.description ?? '']),
    ),
    [ACTION_TAG]: 'What is done by name.',
    ...(options.publicKeys && { keys: 'For who verifies access tokens.' }),
    health: 'For balancers and supervisors.',
  }
  const schemas = Object.fromEntries(
    served.flatMap((one) => Object.entries(resourceSchemas(one, services))),
  )
  return Object.freeze({
    operations,
    served,
    schemas: { ...schemas, problem: PROBLEM_SCHEMA },
    document: openApiDocument({ info: options.info, operations, schemas, tags }),
  })
}

function formOperations({ tokenGrant, grantLimits, limiter }: ApiOptions): readonly Operation[] {
  if (tokenGrant === undefined) return []
  return [oauthFormOperation(tokenGrant, { limiter, ...(grantLimits && { grantLimits }) })]
}

function servicesOf(options: ApiOptions): Services {
  const { registry, factories, peersOf, pageKeys, etagKey, idempotency } = options
  const { transactions, limiter, jobs, sessionCookies } = options
  return Object.freeze({
    registry,
    served: servedResources(registry, factories, peersOf),
    peersOf,
    pageKeys,
    etags: createETags(etagKey),
    answerOnce: answerOnce(idempotency, etagKey),
    transactions,
    limiter,
    jobs,
    ...(sessionCookies && { sessionCookies }),
  })
}

function refuseCollisions(operations: readonly Operation[]): void {
  const taken = new Set<string>()
  for (const { name, method, path } of operations) {
    for (const claim of [name, `${method} ${path.replaceAll(/\{\w+\}/g, '{}')}`]) {
      if (taken.has(claim)) {
        throw new DeclarationError(
          `Two operations would both be '${claim}' on the wire. Rename one.`,
        )
      }
      taken.add(claim)
    }
  }
}
