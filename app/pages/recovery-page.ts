/** Serves the page where somebody who does not know a password any more asks for a mail, and follows its link. */
import { readFileSync } from 'node:fs'
import type { ServerPlugin } from '../../framework/index.ts'
import { RECOVERY_PATH } from '../mail/templates.ts'

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
  { path: RECOVERY_PATH, file: 'recovery.html', type: 'text/html' },
  { path: `${RECOVERY_PATH}.css`, file: 'recovery.css', type: 'text/css' },
  { path: `${RECOVERY_PATH}.js`, file: 'recovery.js', type: 'text/javascript' },
] as const

/** Adds the page and what it needs. */
export const recoveryPage: ServerPlugin = (http) => {
  for (const { path, file, type } of FILES) {
    const text = readFileSync(new URL(file, import.meta.url), 'utf8')
    http.get(path, async (_request, reply) => {
      void reply.headers({ 'content-security-policy': POLICY, 'cache-control': 'no-cache' })
      void reply.type(`${type}; charset=utf-8`)
      return text
    })
  }
}
