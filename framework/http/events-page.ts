/** Serves the page under `/docs/events`, where a person tries the socket. */
import { readFileSync } from 'node:fs'
import type { FastifyInstance } from 'fastify'

/** Our one script and our one style sheet run, and reach this server alone; nothing inline does. */
const POLICY = [
  "default-src 'none'",
  "script-src 'self'",
  "style-src 'self'",
  'img-src data:',
  "connect-src 'self'",
  "base-uri 'none'",
  "form-action 'none'",
  "frame-ancestors 'none'",
].join('; ')

const FILES = [
  { path: '/docs/events', file: 'events.html', type: 'text/html' },
  { path: '/docs/events.css', file: 'events.css', type: 'text/css' },
  { path: '/docs/events.js', file: 'events.js', type: 'text/javascript' },
] as const

/** Serves the page and what it needs. What there is to subscribe to it reads from `/asyncapi.json`. */
export function registerEventsPage(app: FastifyInstance): void {
  for (const { path, file, type } of FILES) {
    const text = readFileSync(new URL(`./pages/${file}`, import.meta.url), 'utf8')
    app.get(path, async (_request, reply) =>
      reply
        .headers({
          'content-type': `${type}; charset=utf-8`,
          'content-security-policy': POLICY,
          'cache-control': 'no-cache',
        })
        .send(text),
    )
  }
}
