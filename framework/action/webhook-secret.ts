/** Signs what is sent to others, so that they can tell who has sent it: the scheme of Standard Webhooks. */
import { createHmac, randomBytes } from 'node:crypto'
import { DeclarationError } from '../errors.ts'

/** What is signed. */
export interface SignedMessage {
  readonly id: string
  /** Seconds since the epoch. */
  readonly timestamp: number
  readonly body: string
}

const PREFIX = 'whsec_'
/** Within what the scheme allows: 24 to 64. */
const SECRET_BYTES = 32

/** A new secret for an endpoint: show it once to whoever verifies, and keep it secret. */
export function newWebhookSecret(): string {
  return PREFIX + randomBytes(SECRET_BYTES).toString('base64')
}

/**
 * The `webhook-signature` of a message, one for each secret: several while one takes the place of another.
 * @throws DeclarationError for what `newWebhookSecret` can't have made
 */
export function signWebhook(
  { id, timestamp, body }: SignedMessage,
  secrets: readonly string[],
): string {
  const signed = `${id}.${String(timestamp)}.${body}`
  return secrets
    .map((secret) => `v1,${createHmac('sha256', keyOf(secret)).update(signed).digest('base64')}`)
    .join(' ')
}

function keyOf(secret: string): Buffer {
  const key = Buffer.from(secret.slice(PREFIX.length), 'base64')
  if (secret.startsWith(PREFIX) && key.length >= 24 && key.length <= 64) return key
  throw new DeclarationError('A secret of webhooks must be whsec_ and 24 to 64 bytes in base64.')
}
