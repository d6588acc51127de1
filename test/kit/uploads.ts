/** Uploads files to a messenger that listens, as a client of the tus protocol does. */
import type { Test } from 'tap'
import type { Config } from '../../app/config.ts'
import { openTestMessenger, type TestMessenger } from './messenger.ts'

/** A messenger that keeps its media in a folder of the test's, and listens. */
export interface MediaMessenger extends TestMessenger {
  readonly url: string
  /** Where files are. */
  readonly folder: string
  /** Who uploads there with this token. */
  as(token: string | undefined): Uploader
}

/** Uploads as one caller. */
export interface Uploader {
  send(method: string, path: string, sent?: Sent): Promise<Response>
  /** Announces an upload. @returns its path */
  begin(byteCount: number, metadata?: Metadata): Promise<string>
  /** Sends bytes of it. */
  append(path: string, offset: number, bytes: Uint8Array): Promise<Response>
  /** Uploads a file at once. @returns its attachment */
  upload(bytes: Uint8Array, metadata?: Metadata): Promise<Uploaded>
  attachment(key: string): Promise<Uploaded>
}

/** What goes with a request. */
export interface Sent {
  readonly headers?: Readonly<Record<string, string>>
  readonly body?: Uint8Array | string
  readonly json?: unknown
}

/** Metadata of an upload, before it is encoded. */
export type Metadata = Readonly<Record<string, string>>

/** An attachment, as its owner reads it. */
export interface Uploaded {
  readonly id: string
  readonly state: string
  readonly kind: string
  readonly name: string
  readonly media_type: string
  readonly byte_count: number
  readonly width: number | null
  readonly height: number | null
  readonly message_id: string | null
}

/** Opens a messenger for uploads; closed when the test ends. */
export async function openMediaMessenger(
  t: Test,
  config: Partial<Config> = {},
): Promise<MediaMessenger> {
  const dataDir = config.dataDir ?? t.testdir()
  const messenger = await openTestMessenger(t, { ...config, dataDir })
  const url = await messenger.listen({ host: '127.0.0.1', port: 0 })
  const folder = `${dataDir}/media`
  return { ...messenger, url, folder, as: (token) => uploaderAt(url, token) }
}

/** Who uploads at an address with this token. */
export function uploaderAt(url: string, token: string | undefined): Uploader {
  async function send(method: string, path: string, { headers, body, json }: Sent = {}) {
    return fetch(`${url}${path}`, {
      method,
      headers: {
        ...(token === undefined ? {} : { authorization: `Bearer ${token}` }),
        ...(json === undefined ? {} : { 'content-type': 'application/json' }),
        ...headers,
      },
      ...(json === undefined ? {} : { body: JSON.stringify(json) }),
      ...(body === undefined ? {} : { body: typeof body === 'string' ? body : Buffer.from(body) }),
    })
  }

  async function begin(byteCount: number, metadata: Metadata = {}): Promise<string> {
    const response = await announce({ send }, byteCount, metadata)
    const path = response.headers.get('location')
    if (response.status === 201 && path !== null) return path
    throw new AggregateError([], `${response.status}: ${await response.text()}`)
  }

  const append = (path: string, offset: number, bytes: Uint8Array): Promise<Response> =>
    send('PATCH', path, {
      headers: {
        'tus-resumable': '1.0.0',
        'upload-offset': String(offset),
        'content-type': 'application/offset+octet-stream',
      },
      body: bytes,
    })

  async function attachment(key: string): Promise<Uploaded> {
    const response = await send('GET', `/actions/attachment/${key}`)
    return ((await response.json()) as { readonly item: Uploaded }).item
  }

  return {
    send,
    begin,
    append,
    attachment,
    async upload(bytes, metadata) {
      const path = await begin(bytes.length, metadata)
      // What has no bytes is whole when it is announced.
      if (bytes.length === 0) return attachment(keyOf(path))
      const response = await append(path, 0, bytes)
      if (response.status !== 204)
        throw new AggregateError([], `${response.status}: ${await response.text()}`)
      return attachment(keyOf(path))
    },
  }
}

/** Asks for an upload, whatever the answer is. */
export function announce(
  { send }: Pick<Uploader, 'send'>,
  byteCount: number | string,
  metadata: Metadata = {},
): Promise<Response> {
  const pairs = Object.entries(metadata).map(
    ([name, value]) => `${name} ${Buffer.from(value).toString('base64')}`,
  )
  return send('POST', '/uploads', {
    headers: {
      'tus-resumable': '1.0.0',
      'upload-length': String(byteCount),
      ...(pairs.length === 0 ? {} : { 'upload-metadata': pairs.join(',') }),
    },
  })
}

/** The key of the attachment at the path of its upload. */
export function keyOf(path: string): string {
  return path.split('/').at(-1) ?? ''
}
