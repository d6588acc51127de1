/** An HTTP server without resources and database, for tests of what is around operations. */
import type { FastifyInstance } from 'fastify'
import type { Test } from 'tap'
import { NO_JOBS } from '../../framework/action/job-sender.ts'
import { NO_LIMITS } from '../../framework/action/limiter.ts'
import { UnauthenticatedError } from '../../framework/errors.ts'
import { createPageKeys } from '../../framework/filter/page-key.ts'
import { createHttp, type HttpOptions } from '../../framework/http/http-server.ts'
import { resources } from '../../framework/resource/registry.ts'

/** Opens one; closed when the test ends. `extend` adds to it before it is ready. */
export async function openBareHttp(
  t: Test,
  options: Partial<HttpOptions> = {},
  extend: (app: FastifyInstance) => void = () => undefined,
): Promise<FastifyInstance> {
  const app = createHttp({
    registry: resources({}),
    factories: [],
    peersOf: () => ({ store: () => undefined }),
    actions: [],
    verifier: { peek: () => undefined, verify: () => Promise.reject(new UnauthenticatedError()) },
    pageKeys: createPageKeys([Buffer.alloc(32, 7)]),
    etagKey: Buffer.alloc(32, 9),
    idempotency: { once: async (_request, work) => ({ answer: await work({}), isReplay: false }) },
    transactions: {
      transaction: (work) => work({}),
      snapshot: (work) => work({}, 'epoch-0'),
      lock: () => Promise.resolve(),
    },
    limiter: NO_LIMITS,
    jobs: NO_JOBS,
    isReady: () => Promise.resolve(true),
    logger: false,
    allowedOrigins: [],
    trustProxy: [],
    info: { title: 'Test', version: '1.0.0', description: 'For tests.' },
    ...options,
  })
  t.teardown(() => app.close())
  extend(app)
  await app.ready()
  return app
}
