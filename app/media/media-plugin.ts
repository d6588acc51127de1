/** Serves media over HTTP, to who may read the attachment, so that nothing in them runs in our origin. */
import { create as contentDisposition } from 'content-disposition'
import { parse as parseRange } from 'range-parser'
import {
  HttpError,
  NotFoundError,
  type Item,
  type PlainStore,
  type PluginContext,
  type PluginHandler,
  type PluginReply,
  type PluginRequest,
  type ServerPlugin,
} from '../../framework/index.ts'
import type { attachment } from '../resources/attachment.ts'
import { isMediaId, type ByteRange, type MediaName, type MediaStorage } from './media-storage.ts'

/** What serves media. */
export interface MediaPluginParts {
  readonly attachments: PlainStore<typeof attachment>
  readonly storage: () => Promise<MediaStorage>
}

/** Carries an access token to where pages show media, which send no other header: `Path=/media; HttpOnly; SameSite=Strict`. */
export const MEDIA_COOKIE = 'holdfast_media'
/** Where media are. */
export const MEDIA_PATH = '/media'

/** What an attachment holds never changes; the day bounds what is left on a machine that others use. */
const CACHE_SECONDS = 86_400

const SAFE_HEADERS: Readonly<Record<string, string>> = Object.freeze({
  'content-security-policy': "sandbox; default-src 'none'",
  'cross-origin-resource-policy': 'same-origin',
  'x-content-type-options': 'nosniff',
  'cache-control': `private, max-age=${String(CACHE_SECONDS)}, immutable`,
  vary: 'Authorization, Cookie',
  'accept-ranges': 'bytes',
})

/** Serves `/media/<id>` and `/media/<id>/thumbnail`. A token comes as everywhere, or in the cookie. */
export function mediaPlugin(parts: MediaPluginParts): ServerPlugin {
  return (http, context) => {
    const serve =
      (isThumbnail: boolean): PluginHandler =>
      async (request, reply) => {
        const file = await findFile(parts, context, { request, isThumbnail })
        return send(file, request, reply)
      }
    const route = {
      method: ['GET', 'HEAD'],
      onRequest: context.authenticateByCookie(MEDIA_COOKIE),
      // What is packed already does not get smaller, and a part of what is packed is nothing.
      compress: false as const,
      exposeHeadRoute: false,
    }
    http.route({ ...route, url: `${MEDIA_PATH}/:id`, handler: serve(false) })
    http.route({ ...route, url: `${MEDIA_PATH}/:id/thumbnail`, handler: serve(true) })
  }
}

/** What is sent. */
interface ServedFile {
  readonly storage: MediaStorage
  readonly name: MediaName
  readonly byteCount: number
  readonly mediaType: string
  readonly disposition: string
}

interface Asked {
  readonly request: PluginRequest
  readonly isThumbnail: boolean
}

/** @throws NotFoundError for what is not there, not ready, or not the caller's to read, all alike */
async function findFile(
  parts: MediaPluginParts,
  context: PluginContext,
  { request, isThumbnail }: Asked,
): Promise<ServedFile> {
  const item = await readAs(request, parts, context)
  const isImage = item?.kind === 'image'
  if (item?.state !== 'ready' || (isThumbnail && !isImage)) throw new NotFoundError()
  const { id } = item
  const storage = await parts.storage()
  const part = isThumbnail ? 'thumbnail' : isImage ? 'image' : 'upload'
  const byteCount = await storage.byteCount({ id, part })
  if (byteCount === undefined) throw new NotFoundError()
  const type = item.kind === 'file' ? 'attachment' : 'inline'
  return {
    storage,
    name: { id, part },
    byteCount,
    mediaType: isThumbnail ? 'image/webp' : item.media_type,
    disposition: isThumbnail ? 'inline' : contentDisposition(item.name, { type }),
  }
}

/** @returns undefined: there is none, or it is not the caller's to read */
async function readAs(
  { authorization: caller, params }: PluginRequest,
  { attachments }: MediaPluginParts,
  { storesOf }: PluginContext,
): Promise<Item<typeof attachment> | undefined> {
  const { id } = params as { readonly id: string }
  if (caller === undefined || !isMediaId(id)) return undefined
  // Whether this caller may read it is for its own store to say; what it is then comes with its types.
  const seen = await storesOf(caller).store('attachment')?.read(id)
  return seen === undefined ? undefined : (await attachments.read(id))?.item
}

async function send(
  file: ServedFile,
  { method, headers }: PluginRequest,
  reply: PluginReply,
): Promise<PluginReply> {
  const { storage, name, byteCount, mediaType, disposition } = file
  const etag = `"${name.id}-${name.part}"`
  void reply.headers({ ...SAFE_HEADERS, etag })
  if (isNamed(headers['if-none-match'], etag)) return reply.code(304).send()
  const range = rangeOf(headers, { etag, byteCount })
  void reply.headers({ 'content-type': mediaType, 'content-disposition': disposition })
  const length = range === undefined ? byteCount : range.end - range.start + 1
  void reply.header('content-length', String(length))
  if (range !== undefined) {
    const { start, end } = range
    void reply.code(206)
    void reply.header('content-range', `bytes ${String(start)}-${String(end)}/${String(byteCount)}`)
  }
  return method === 'HEAD' ? reply.send() : reply.send(await storage.read(name, range))
}

/** Whether `If-None-Match` names a tag, which is compared weakly (RFC 9110 §13.1.2). */
function isNamed(header: string | undefined, etag: string): boolean {
  if (header === undefined) return false
  const tags = header.split(',').map((tag) => tag.trim().replace(/^W\//, ''))
  return tags.includes('*') || tags.includes(etag)
}

interface Represented {
  readonly etag: string
  readonly byteCount: number
}

/**
 * The one range that is asked for; undefined: all of it, as also for several at once, which nobody who plays media asks for, and for
 * what is no range (RFC 9110 §14.2).
 * @throws HttpError 416 for one that is beyond the end
 */
function rangeOf(
  { range: asked, 'if-range': condition }: PluginRequest['headers'],
  { etag, byteCount }: Represented,
): ByteRange | undefined {
  if (asked === undefined || (condition !== undefined && condition !== etag)) return undefined
  if (!/^bytes=(?:\d+-\d*|-\d+)$/.test(asked)) return undefined
  const { ranges } = parseRange(byteCount, asked)
  const [range] = ranges
  if (range === undefined)
    throw new HttpError(416, { 'content-range': `bytes */${String(byteCount)}` })
  return range
}
