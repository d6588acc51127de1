/** Seals a place in a search into the opaque `page_key`, and opens only what it sealed for the same search. */
import { createCipheriv, createDecipheriv, hkdfSync, randomBytes } from 'node:crypto'
import { DeclarationError, InvalidError } from '../errors.ts'
import type { Resource } from '../resource/resource.ts'
import type { Filter } from './filter.ts'
import { isPosition, type Order, type Position } from './order.ts'

/** What a page key is good for: the same search by the same caller. `limit` and `include` may change. */
export interface PageKeyBound {
  readonly resource: Resource
  /** As the caller asked for it. */
  readonly filter: Filter
  /** In full: with the key. */
  readonly order: Order
  /** The caller's id; undefined: anonymous callers. */
  readonly subject: string | undefined
}

/** Seals and opens page keys. */
export interface PageKeys {
  /** @throws InvalidError when the place is too large to be sent back, which takes more than one long text to sort by */
  seal(position: Position, bound: PageKeyBound): string
  /** @throws InvalidError when the text was not sealed by us for this search; it does not tell why */
  open(text: string, bound: PageKeyBound): Position
}

/** Longest page key: one text of 4000 characters of any language fits, and Node's limit of 16 KiB for a request's head leaves 4 KiB. */
const MAX_LENGTH = 12 * 1024
const MIN_SECRET_BYTES = 32
const ALGORITHM = 'aes-256-gcm'
const FORMAT = 1
const UTF8 = 0
const UTF16 = 1
const NONCE_BYTES = 12
const NONCES_AT_A_TIME = 256
const TAG_BYTES = 16
const HEAD_BYTES = 1 + NONCE_BYTES

/**
 * Makes page keys with secrets of 32 bytes or more; the first seals, all open. Their own keys are derived from the secrets, so
 * those may serve other ends too.
 * @throws DeclarationError when there is no secret, or one is too short
 */
export function createPageKeys(secrets: readonly Buffer[]): PageKeys {
  const newNonce = createNonces()
  const [first, ...others] = secrets.map(deriveKey)
  if (first === undefined) throw new DeclarationError('Page keys need a secret.')
  const keys = [first, ...others]
  return Object.freeze<PageKeys>({
    seal(position, bound) {
      const sealed = seal(first, newNonce(), { plain: encode(position), data: associated(bound) })
      const text = sealed.toString('base64url')
      if (text.length <= MAX_LENGTH) return text
      const detail = 'sorts by texts that are too long to turn the page after'
      throw new InvalidError([{ pointer: '?search_order', detail }])
    },
    open(text, bound) {
      const sealed = text.length <= MAX_LENGTH ? Buffer.from(text, 'base64url') : Buffer.alloc(0)
      const plain =
        sealed.toString('base64url') === text ? open(keys, sealed, associated(bound)) : undefined
      const position = plain === undefined ? undefined : decode(plain)
      if (isPosition(bound.resource, bound.order, position)) return Object.freeze(position)
      throw new InvalidError([{ pointer: '?page_key', detail: 'is not a page key of this search' }])
    },
  })
}

function deriveKey(secret: Buffer): Buffer {
  if (secret.length < MIN_SECRET_BYTES) {
    throw new DeclarationError(
      `A secret for page keys must have ${MIN_SECRET_BYTES} bytes or more.`,
    )
  }
  return Buffer.from(hkdfSync('sha256', secret, '', 'holdfast page key', 32))
}

function associated({ resource, filter, order, subject }: PageKeyBound): Buffer {
  return Buffer.from(JSON.stringify([FORMAT, resource.name, filter, order, subject ?? null]))
}

/** Random bytes by the many, because asking for them costs more than they do. */
function createNonces(): () => Buffer {
  let bytes = Buffer.alloc(0)
  let end = 0
  return () => {
    if (end === bytes.length) {
      bytes = randomBytes(NONCE_BYTES * NONCES_AT_A_TIME)
      end = 0
    }
    end += NONCE_BYTES
    return bytes.subarray(end - NONCE_BYTES, end)
  }
}

interface Sealed {
  readonly plain: Buffer
  /** Not in the page key, but bound to it. */
  readonly data: Buffer
}

/** Format, nonce, cipher text, tag. A random nonce is good for 2^32 pages a secret (NIST SP 800-38D §8.3). */
function seal(key: Buffer, nonce: Buffer, { plain, data }: Sealed): Buffer {
  const cipher = createCipheriv(ALGORITHM, key, nonce).setAAD(data)
  return Buffer.concat([
    Buffer.of(FORMAT),
    nonce,
    cipher.update(plain),
    cipher.final(),
    cipher.getAuthTag(),
  ])
}

function open(keys: readonly Buffer[], sealed: Buffer, data: Buffer): Buffer | undefined {
  if (sealed[0] !== FORMAT || sealed.length < HEAD_BYTES + TAG_BYTES) return undefined
  for (const key of keys) {
    const plain = openWith(key, sealed, data)
    if (plain !== undefined) return plain
  }
  return undefined
}

function openWith(key: Buffer, sealed: Buffer, data: Buffer): Buffer | undefined {
  const decipher = createDecipheriv(ALGORITHM, key, sealed.subarray(1, HEAD_BYTES), {
    authTagLength: TAG_BYTES,
  })
  decipher.setAAD(data).setAuthTag(sealed.subarray(-TAG_BYTES))
  const plain = decipher.update(sealed.subarray(HEAD_BYTES, -TAG_BYTES))
  try {
    decipher.final()
    return plain
  } catch {
    return undefined // sealed with another key, for another search, or altered
  }
}

/**
 * JSON in which each string stands as its length in a list, a line feed, and the strings, which so need no escapes. UTF-16
 * where UTF-8 takes more: no more than two bytes a character, whatever the language.
 */
function encode(position: Position): Buffer {
  const head = position.map((value) => (typeof value === 'string' ? [value.length] : value))
  const strings = position.filter((value) => typeof value === 'string')
  const text = `${JSON.stringify(head)}\n${strings.join('')}`
  return Buffer.byteLength(text) <= 2 * text.length
    ? Buffer.concat([Buffer.of(UTF8), Buffer.from(text, 'utf8')])
    : Buffer.concat([Buffer.of(UTF16), Buffer.from(text, 'utf16le')])
}

/** What `encode` made: it has been opened with our key. */
function decode(plain: Buffer): unknown {
  const text = plain.toString(plain[0] === UTF16 ? 'utf16le' : 'utf8', 1)
  const headEnd = text.indexOf('\n')
  const head = JSON.parse(text.slice(0, headEnd)) as readonly (Position[number] | [number])[]
  let at = headEnd + 1
  return head.map((value) => {
    if (!Array.isArray(value)) return value
    at += value[0]
    return text.slice(at - value[0], at)
  })
}
