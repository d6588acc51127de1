/** Serves the pages that letters lead to: where a new password is chosen, and where an address is confirmed. */
import { readFileSync } from 'node:fs'
import type { ServerPlugin } from '../../framework/index.ts'
import { CONFIRMATION_PATH, RECOVERY_PATH } from '../mail/templates.ts'

/** Our one script and our one style sheet run, and reach this server alone; nothing inline does. */
const POLICY = [
  "default-src 'none'",
  "script-src 'self'",
  "style-src 'self'",
  "connect-src 'self'",
  "base-uri 'none'",
  "form-action 'none'",
  "frame-ancestors 'none'",
].join('; ')

const FILES = [
  { path: RECOVERY_PATH, file: 'account.html', type: 'text/html' },
  { path: CONFIRMATION_PATH, file: 'account.html', type: 'text/html' },
  { path: '/account/account.css', file: 'account.css', type: 'text/css' },
  { path: '/account/account.js', file: 'account.js', type: 'text/javascript' },
] as const

/** Adds the pages and what they need. */
export const accountPages: ServerPlugin = (http) => {
  for (const { path, file, type } of FILES) {
    const text = readFileSync(new URL(file, import.meta.url), 'utf8')
    http.get(path, async (_request, reply) => {
      void reply.headers({ 'content-security-policy': POLICY, 'cache-control': 'no-cache' })
      void reply.type(`${type}; charset=utf-8`)
      return text
    })
  }
}
