/** Tells another system of something: signed, within a time, and only at addresses of the public internet. */
import { lookup } from 'node:dns/promises'
import { request as requestHttp, type IncomingMessage, type RequestOptions } from 'node:http'
import { request as requestHttps } from 'node:https'
import { isIP } from 'node:net'
import { isPublicAddress } from './public-address.ts'
import { signWebhook } from './webhook-secret.ts'

/** What is told, and to whom. */
export interface Webhook {
  /** The same at each try, so that who hears it twice can tell. */
  readonly id: string
  /** Of https, unless `isEncryptionNeeded` is false; without a user and password. */
  readonly url: string
  /** Those of the endpoint, as `newWebhookSecret` makes them; each signs. */
  readonly secrets: readonly string[]
  /** JSON; the scheme asks for `type`, `timestamp` and `data`. */
  readonly payload: object
  /** Ends the try. */
  readonly signal?: AbortSignal
}

/** Where and how webhooks are sent. */
export interface WebhookOptions {
  /** Whether an address may be connected to; default: those of the public internet. */
  readonly isAllowed?: (address: string) => boolean
  /** Default true: endpoints must be of https. */
  readonly isEncryptionNeeded?: boolean
  /** All addresses of a host; default: as the system finds them. */
  readonly addressesOf?: (host: string) => Promise<readonly string[]>
  /** Default 15,000. */
  readonly timeoutMs?: number
  /** Milliseconds since the epoch; default: the system's clock. */
  readonly now?: () => number
}

/** A webhook that was not taken. */
export class WebhookError extends Error {
  override readonly name = 'WebhookError'
  /** What the endpoint answered; undefined when it did not, or was not asked. 410: it wants nothing more. */
  readonly status: number | undefined

  constructor(message: string, options: ErrorOptions & { readonly status?: number } = {}) {
    super(message, options)
    this.status = options.status
  }
}

const TIMEOUT_MS = 15_000
/** The scheme asks for less than 20 KiB; others may have more. */
const MAX_BYTES = 262_144
const MAX_HEADER_BYTES = 16_384

/**
 * Sends a webhook once, by Standard Webhooks. The host is looked up once, every address of it must be allowed, and the connection goes
 * to one of those. What is answered is not read; a redirect is not followed.
 * @throws WebhookError unless the answer is 2xx; DeclarationError for a secret that is none
 */
export async function sendWebhook(webhook: Webhook, options: WebhookOptions = {}): Promise<void> {
  const { timeoutMs = TIMEOUT_MS } = options
  const timeout = AbortSignal.timeout(timeoutMs)
  const signal = webhook.signal ? AbortSignal.any([webhook.signal, timeout]) : timeout
  const url = toUrl(webhook.url, options)
  const message = toRequest(webhook, options.now ?? Date.now)
  const status = await withSignal(signal, async () => {
    const address = await addressOf(url, options)
    return post(url, { ...message, address, signal })
  }).catch((cause: unknown) => {
    throw cause instanceof WebhookError
      ? cause
      : new WebhookError('The endpoint could not be reached.', { cause })
  })
  if (status < 200 || status > 299) {
    throw new WebhookError(`The endpoint answered ${String(status)}.`, { status })
  }
}

function toUrl(text: string, { isEncryptionNeeded = true }: WebhookOptions): URL {
  const url = URL.parse(text)
  const protocols = isEncryptionNeeded ? ['https:'] : ['https:', 'http:']
  if (url === null || !protocols.includes(url.protocol) || url.username + url.password !== '') {
    throw new WebhookError('The endpoint is no address that webhooks are sent to.')
  }
  return url
}

interface Message {
  readonly body: string
  readonly headers: Readonly<Record<string, string | number>>
}

function toRequest({ id, payload, secrets }: Webhook, now: () => number): Message {
  const body = JSON.stringify(payload)
  const bytes = Buffer.byteLength(body)
  if (bytes > MAX_BYTES) throw new WebhookError(`${String(bytes)} bytes are too many to send.`)
  const timestamp = Math.floor(now() / 1000)
  return {
    body,
    headers: {
      'content-type': 'application/json',
      'content-length': bytes,
      'user-agent': 'holdfast',
      'webhook-id': id,
      'webhook-timestamp': timestamp,
      'webhook-signature': signWebhook({ id, timestamp, body }, secrets),
    },
  }
}

/** One that is allowed; when any is not, none: who answers both means harm. */
async function addressOf(url: URL, options: WebhookOptions): Promise<string> {
  const { isAllowed = isPublicAddress, addressesOf = lookUp } = options
  const host = url.hostname.replace(/^\[(.*)\]$/, '$1')
  const addresses = isIP(host) === 0 ? await addressesOf(host) : [host]
  const [first] = addresses
  if (first !== undefined && addresses.every(isAllowed)) return first
  throw new WebhookError('The endpoint is at an address that nothing is sent to.')
}

async function lookUp(host: string): Promise<readonly string[]> {
  return (await lookup(host, { all: true })).map(({ address }) => address)
}

/** Ends the wait also for what can't be ended itself. */
function withSignal<T>(signal: AbortSignal, work: () => Promise<T>): Promise<T> {
  return new Promise<T>((resolve, reject) => {
    const onAbort = (): void => {
      reject(new WebhookError('The endpoint was given up.', { cause: signal.reason }))
    }
    if (signal.aborted) {
      onAbort()
      return
    }
    signal.addEventListener('abort', onAbort, { once: true })
    work()
      .then(resolve, reject)
      .finally(() => signal.removeEventListener('abort', onAbort))
  })
}

interface Post extends Message {
  readonly address: string
  readonly signal: AbortSignal
}

/** @returns the status */
function post(url: URL, { body, headers, address, signal }: Post): Promise<number> {
  const request = url.protocol === 'https:' ? requestHttps : requestHttp
  const options: RequestOptions = {
    method: 'POST',
    headers,
    signal,
    // A connection of its own, to the very address that was judged: a second look-up may answer another.
    agent: false,
    lookup: (_host, { all }, found) => {
      const family = isIP(address)
      if (all === true) found(null, [{ address, family }])
      else found(null, address, family)
    },
    maxHeaderSize: MAX_HEADER_BYTES,
  }
  return new Promise<number>((resolve, reject) => {
    const sent = request(url, options, (response: IncomingMessage) => {
      resolve(response.statusCode ?? 0)
      sent.destroy()
    })
    sent.on('error', reject)
    sent.end(body)
  })
}
