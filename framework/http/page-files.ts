/** Serves a page of an app's own that a bundler has built: its files, and the page itself under every path that is nothing else. */
import { existsSync } from 'node:fs'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'
import fastifyStatic from '@fastify/static'
import type { FastifyInstance, FastifyReply, FastifyRequest } from 'fastify'
import { DeclarationError, NotFoundError } from '../errors.ts'
import { pathOf } from './request-path.ts'

/** A built page. */
export interface PageFilesOptions {
  /**
   * Holds `index.html`, and under `assets/` files whose names change with what is in them. A `.br` or `.gz` beside a file is sent to
   * who takes it.
   */
  readonly folder: URL
  /**
   * First segments of paths that are never the page, besides those that are something: what is not there is not found then. Default
   * none.
   */
  readonly notPages?: readonly string[]
  /** Names of Trusted Types policies that the page makes; default none. */
  readonly trustedTypes?: readonly string[]
}

/** Nothing inline runs or styles, and nothing comes from elsewhere; what a person picks is shown from memory (`blob:`). */
const POLICY = [
  "default-src 'none'",
  "script-src 'self'",
  "style-src 'self'",
  "img-src 'self' blob: data:",
  "media-src 'self' blob:",
  "font-src 'self'",
  "connect-src 'self'",
  "manifest-src 'self'",
  "base-uri 'none'",
  "form-action 'none'",
  "frame-ancestors 'none'",
  "require-trusted-types-for 'script'",
]

const YEAR_SECONDS = 31_536_000
/** What an app serves besides its resources, in every app. */
const OWN = new Set(['actions', 'docs', 'problems', 'subscription', '.well-known', 'assets'])

/**
 * Makes what registers the page on the HTTP server: give it to `plugins`.
 * @throws DeclarationError when nothing is built
 */
export function pageFiles({ folder, notPages = [], trustedTypes = [] }: PageFilesOptions) {
  const root = fileURLToPath(folder)
  if (!existsSync(join(root, 'index.html'))) {
    throw new DeclarationError(`There is no page in ${root}. Build it.`)
  }
  const policy = [...POLICY, ['trusted-types', ...trustedTypes].join(' ')].join('; ')
  const refused = new Set([...OWN, ...notPages])

  async function answerPage(request: FastifyRequest, reply: FastifyReply): Promise<FastifyReply> {
    const [, first = ''] = (pathOf(request.raw.url ?? '') ?? '').split('/')
    if (refused.has(first) || !isNavigation(request)) throw new NotFoundError()
    return reply.sendFile('index.html')
  }

  return async (http: FastifyInstance): Promise<void> => {
    await http.register(fastifyStatic, {
      root,
      wildcard: false,
      index: false,
      preCompressed: true,
      globIgnore: ['**/*.br', '**/*.gz', 'index.html'],
      cacheControl: false,
      setHeaders(reply, path) {
        const isHashed = path.startsWith(join(root, 'assets/'))
        const cache = isHashed ? `public, max-age=${String(YEAR_SECONDS)}, immutable` : 'no-cache'
        reply.header('cache-control', cache)
        reply.header('content-security-policy', policy)
      },
    })
    http.get('/', async (_request, reply) => reply.sendFile('index.html'))
    http.get('/*', answerPage)
  }
}

/** Whether a browser goes there, or a person asks for a page; what scripts ask for is never answered with one. */
function isNavigation({ headers }: FastifyRequest): boolean {
  const mode = headers['sec-fetch-mode']
  const isHtml = headers.accept?.includes('text/html') === true
  return isHtml && (mode === undefined || mode === 'navigate')
}
