/** Serves the document at `/openapi.json` and Swagger UI at `/docs`. */
import swagger, { type StaticDocumentSpec } from '@fastify/swagger'
import swaggerUi from '@fastify/swagger-ui'
import type { FastifyInstance } from 'fastify'
import type { OpenApiDocument } from './openapi.ts'

/** Scripts and styles come from here alone; Swagger UI writes style attributes and embeds its icons. */
const POLICY = Object.freeze({
  'default-src': "'none'",
  'script-src': "'self'",
  'style-src': "'self' 'unsafe-inline'",
  'img-src': "'self' data:",
  'font-src': "'self'",
  'connect-src': "'self'",
  'object-src': "'none'",
  'base-uri': "'none'",
  'form-action': "'none'",
  'frame-ancestors': "'none'",
})

/** Registers both. */
export function registerDocs(app: FastifyInstance, document: OpenApiDocument): void {
  const text = JSON.stringify(document)
  app.get('/openapi.json', async (_request, reply) =>
    reply
      .headers({ 'content-type': 'application/json; charset=utf-8', 'cache-control': 'no-cache' })
      .send(text),
  )
  // Our document is plain JSON; that it is valid is what the tests of `openapi.ts` say.
  const specification = { document } as unknown as StaticDocumentSpec
  void app.register(swagger, { mode: 'static', specification })
  void app.register(swaggerUi, {
    routePrefix: '/docs',
    staticCSP: POLICY,
    uiConfig: {
      layout: 'BaseLayout',
      filter: true,
      persistAuthorization: false,
      tryItOutEnabled: true,
      validatorUrl: null,
    },
  })
}
