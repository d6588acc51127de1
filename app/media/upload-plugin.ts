/** Takes uploads over HTTP by the tus protocol (https://tus.io/protocols/resumable-upload, version 1.0), resumable after any break. */
import { Readable } from 'node:stream'
import { Server } from '@tus/server'
import {
  HttpError,
  InvalidError,
  NotFoundError,
  ResourceError,
  UnauthenticatedError,
  UnavailableError,
  type Authorization,
  type PluginHandler,
  type PluginReply,
  type PluginRequest,
  type ServerPlugin,
} from '../../framework/index.ts'
import type { MediaStorage } from './media-storage.ts'
import { createUploadLocks } from './upload-locks.ts'
import type { Uploads } from './uploads.ts'

/** What takes uploads. */
export interface UploadPluginParts {
  readonly uploads: Uploads
  readonly storage: () => Promise<MediaStorage>
  /** Most bytes of one file. */
  readonly maxBytes: number
}

/** Where uploads go. */
export const UPLOADS_PATH = '/uploads'

/** Whoever writes when its client comes back on another connection has so long to put down what it has. */
const LAST_WRITE_MS = 1_000

/** Headers of the protocol; the library sees no others, nor whom they come from. */
const ASKED = [
  'content-length',
  'content-type',
  'tus-resumable',
  'upload-concat',
  'upload-defer-length',
  'upload-length',
  'upload-metadata',
  'upload-offset',
]
const ANSWERED = [
  'cache-control',
  'location',
  'tus-extension',
  'tus-max-size',
  'tus-resumable',
  'tus-version',
  'upload-expires',
  'upload-length',
  'upload-metadata',
  'upload-offset',
]

/** Serves `/uploads`. Who is logged in begins uploads, and alone goes on with its own. */
export function uploadPlugin(parts: UploadPluginParts): ServerPlugin {
  const protocol = createProtocol(parts)
  return (http, { authenticate }) => {
    // Bodies are the protocol's to read, as they come.
    http.removeAllContentTypeParsers()
    http.addContentTypeParser('*', (_request, _payload, done) => done(null))
    const handler: PluginHandler = async (request, reply) => {
      const { authorization } = request
      if (authorization?.subject === undefined) throw new UnauthenticatedError()
      const id = idOf(request)
      if (request.method !== 'HEAD') return answer(reply, await protocol(request, authorization))
      const find = () => parts.uploads.find(id, authorization.subject)
      const before = await find()
      if (before.state !== 'uploading') return tellDone(reply, before.byte_count)
      const response = await protocol(request, authorization).catch(async (error: unknown) => {
        // Judged while this one waited for its turn; then what was uploaded may be gone.
        const after = await find()
        if (after.state === 'uploading') throw error
        return after
      })
      if (!(response instanceof Response)) return tellDone(reply, response.byte_count)
      return answer(reply, response)
    }
    const route = {
      onRequest: authenticate,
      handler,
      compress: false as const,
      exposeHeadRoute: false,
    }
    http.route({ ...route, method: 'POST', url: UPLOADS_PATH })
    http.route({ ...route, method: ['HEAD', 'PATCH', 'DELETE'], url: `${UPLOADS_PATH}/:id` })
    http.options(UPLOADS_PATH, async (_request, reply) =>
      reply
        .code(204)
        .headers({
          'tus-resumable': '1.0.0',
          'tus-version': '1.0.0',
          'tus-extension': EXTENSIONS.join(','),
          'tus-max-size': String(parts.maxBytes),
        })
        .send(),
    )
  }
}

/** Of the protocol. How long a file is must be told beforehand, so that it can be refused beforehand. */
const EXTENSIONS: readonly string[] = ['creation', 'creation-with-upload', 'termination']

type Protocol = (request: PluginRequest, caller: Authorization) => Promise<Response>

/** The library's server, made when somebody uploads. */
function createProtocol(parts: UploadPluginParts): Protocol {
  const { uploads, storage } = parts
  const exchanges = new WeakMap<object, Exchange>()
  let made: Promise<Server> | undefined
  const open = async (): Promise<Server> => createServer(parts, exchanges, await storage())
  return async (request, caller) => {
    const server = await (made ??= open().catch((error: unknown) => {
      made = undefined
      throw error
    }))
    const asked = toWebRequest(request)
    const exchange: Exchange = { caller, failure: undefined }
    exchanges.set(asked, exchange)
    const response = await server.handleWeb(asked)
    if (response.status >= 400) throw failureOf(response, exchange)
    await afterwards(uploads, request, response)
    return response
  }
}

/** One request and its answer, for what the library calls meanwhile. */
interface Exchange {
  readonly caller: Authorization
  /** What was thrown. The library would answer its text. */
  failure: unknown
}

function createServer(
  { uploads, maxBytes }: UploadPluginParts,
  exchanges: WeakMap<object, Exchange>,
  { uploads: datastore }: MediaStorage,
): Server {
  datastore.extensions = [...EXTENSIONS]
  const ownerOf = (request: object): string => exchanges.get(request)?.caller.subject ?? ''
  return new Server({
    path: UPLOADS_PATH,
    datastore,
    relativeLocation: true,
    maxSize: maxBytes,
    locker: createUploadLocks(),
    lockDrainTimeout: LAST_WRITE_MS,
    disableTerminationForFinishedUploads: true,
    namingFunction: (request, metadata = {}) => {
      const length = request.headers.get('upload-length')
      const byteCount = length === null ? undefined : Number(length)
      return uploads.begin({ owner: ownerOf(request), byteCount, metadata })
    },
    async onIncomingRequest(request, id) {
      const { state } = await uploads.find(id, ownerOf(request))
      if (state !== 'uploading') throw new HttpError(410)
    },
    async onUploadFinish(_request, { id }) {
      await uploads.finish(id)
      return {}
    },
    onResponseError(request, error) {
      const exchange = exchanges.get(request)
      if (exchange !== undefined) exchange.failure = error
      return undefined
    },
  })
}

/** The upload that a request is about; '' for one that begins another. */
function idOf({ params }: PluginRequest): string {
  return (params as { readonly id?: string }).id ?? ''
}

/** Of the address the library gets what has been judged alone: it would read an id out of a query too. */
function toWebRequest(request: PluginRequest): Request {
  const { raw, method, headers } = request
  const id = idOf(request)
  const path = id === '' ? UPLOADS_PATH : `${UPLOADS_PATH}/${encodeURIComponent(id)}`
  const sent = ASKED.flatMap((name): [string, string][] => {
    const value = headers[name]
    return typeof value === 'string' ? [[name, value]] : []
  })
  const hasBody = method === 'POST' || method === 'PATCH'
  return new Request(new URL(path, 'http://localhost'), {
    method,
    headers: sent,
    ...(hasBody && { body: Readable.toWeb(raw), duplex: 'half' }),
  })
}

/** What the protocol answers that HTTP has another word for. */
const STATUSES: Readonly<Record<number, number>> = Object.freeze({ 403: 400, 501: 400 })

function failureOf({ status }: Response, { failure }: Exchange): Error {
  if (failure instanceof ResourceError || failure instanceof HttpError) return failure
  if (status < 500 || status === 501) {
    const told = STATUSES[status] ?? status
    if (told === 400) return new InvalidError([{ pointer: '', detail: faultOf(failure) }])
    return told === 404 ? new NotFoundError('There is no such upload.') : new HttpError(told)
  }
  // The library says of a full disk and a service that is away no more than that it could not write.
  const cause = failure instanceof Error ? failure : undefined
  return new UnavailableError('The upload can’t be kept now. Go on with it soon.', { cause })
}

function faultOf(failure: unknown): string {
  const body = typeof failure === 'object' && failure !== null && 'body' in failure
  return body ? String(failure.body).trim() : 'is not as the protocol has it'
}

async function afterwards(
  uploads: Uploads,
  request: PluginRequest,
  { headers }: Response,
): Promise<void> {
  const { method } = request
  const id = idOf(request)
  if (method === 'DELETE') await uploads.forget(id)
  // It was whole when the process ended, or too many were at it: whoever asks how far it is has it judged.
  const length = headers.get('upload-length')
  if (method === 'HEAD' && length !== null && headers.get('upload-offset') === length)
    await uploads.finish(id)
}

/** To a client that has not heard that its last bytes came: there is nothing more to send. */
function tellDone(reply: PluginReply, byteCount: number): PluginReply {
  const length = String(byteCount)
  const headers = { 'upload-offset': length, 'upload-length': length, 'tus-resumable': '1.0.0' }
  return reply.headers({ ...headers, 'cache-control': 'no-store' }).send()
}

function answer(reply: PluginReply, { status, headers }: Response): PluginReply {
  for (const name of ANSWERED) {
    const value = headers.get(name)
    if (value !== null) void reply.header(name, value)
  }
  return reply.code(status).send()
}
