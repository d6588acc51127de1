/** Serves exports over HTTP, each to its user alone. */
import {
  NotFoundError,
  type PlainStore,
  type PluginContext,
  type PluginRequest,
  type PluginReply,
  type ServerPlugin,
} from '../../framework/index.ts'
import { isMediaId, type MediaStorage } from '../media/media-storage.ts'
import type { dataExport } from '../resources/data-export.ts'

/** What serves exports. */
export interface ExportPluginParts {
  readonly exports: PlainStore<typeof dataExport>
  readonly storage: () => Promise<MediaStorage>
  /** Milliseconds since the epoch. */
  readonly now: () => number
}

/** Where exports are. */
export const EXPORTS_PATH = '/exports'
/** Carries an access token to where a link of the page leads, which sends no other header. */
export const EXPORTS_COOKIE = 'holdfast_exports'

/** Serves `/exports/<key>`. A token comes as everywhere, or in the cookie. */
export function exportPlugin(parts: ExportPluginParts): ServerPlugin {
  return (http, context) => {
    http.route({
      method: ['GET', 'HEAD'],
      url: `${EXPORTS_PATH}/:id`,
      onRequest: context.authenticateByCookie(EXPORTS_COOKIE),
      // It is packed already.
      compress: false,
      exposeHeadRoute: false,
      handler: (request, reply) => send(parts, context, { request, reply }),
    })
  }
}

interface Exchange {
  readonly request: PluginRequest
  readonly reply: PluginReply
}

/** @throws NotFoundError for what is not there, not ready, over, or not the caller's to read, all alike */
async function send(
  { exports, storage, now }: ExportPluginParts,
  { storesOf }: PluginContext,
  { request, reply }: Exchange,
): Promise<PluginReply> {
  const { authorization: caller, params, method } = request
  const { id } = params as { readonly id: string }
  if (caller === undefined || !isMediaId(id)) throw new NotFoundError()
  // Whether this caller may read it is for its own store to say; what it is then comes with its types.
  const seen = await storesOf(caller).store('data_export')?.read(id)
  const item = seen && (await exports.read(id))?.item
  if (item?.state !== 'ready' || Date.parse(item.expires_at) <= now()) throw new NotFoundError()
  const kept = await storage()
  const name = { id, part: 'export' } as const
  const byteCount = await kept.byteCount(name)
  if (byteCount === undefined) throw new NotFoundError()
  void reply.headers({
    'content-type': 'application/zip',
    'content-disposition': `attachment; filename="holdfast-${item.created_at.slice(0, 10)}.zip"`,
    'content-length': String(byteCount),
    'content-security-policy': "sandbox; default-src 'none'",
    'cross-origin-resource-policy': 'same-origin',
    'x-content-type-options': 'nosniff',
    'cache-control': 'no-store',
  })
  return method === 'HEAD' ? reply.send() : reply.send(await kept.read(name))
}
