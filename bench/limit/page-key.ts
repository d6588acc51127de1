/** Page keys of the hand-written server: where a page ended, sealed for one caller and one question. */

import { createCipheriv, createDecipheriv, hkdfSync, randomBytes } from 'node:crypto'

const ALGORITHM = 'aes-256-gcm'
const NONCE_BYTES = 12
const TAG_BYTES = 16

/** `created_at` and `id` of a page's last message. */
export type Place = readonly [createdAt: string, id: string]

/** Seals places, and opens what it has sealed. */
export interface PageKeys {
  seal(place: Place, question: string): string
  /** Undefined for what was not sealed for this question. */
  open(pageKey: string, question: string): Place | undefined
}

/** `question` is whatever the key is bound to: caller, filter, order. */
export function createPageKeys(secret: Buffer): PageKeys {
  const key = Buffer.from(hkdfSync('sha256', secret, '', 'page key', 32))
  return {
    seal(place, question) {
      const nonce = randomBytes(NONCE_BYTES)
      const cipher = createCipheriv(ALGORITHM, key, nonce).setAAD(Buffer.from(question))
      const sealed = cipher.update(JSON.stringify(place))
      cipher.final()
      return Buffer.concat([nonce, sealed, cipher.getAuthTag()]).toString('base64url')
    },
    open(pageKey, question) {
      const bytes = Buffer.from(pageKey, 'base64url')
      if (bytes.length < NONCE_BYTES + TAG_BYTES) return undefined
      const decipher = createDecipheriv(ALGORITHM, key, bytes.subarray(0, NONCE_BYTES))
        .setAAD(Buffer.from(question))
        .setAuthTag(bytes.subarray(-TAG_BYTES))
      try {
        const place = decipher.update(bytes.subarray(NONCE_BYTES, -TAG_BYTES))
        decipher.final()
        return JSON.parse(place.toString()) as Place // as sealed
      } catch {
        return undefined
      }
    },
  }
}
