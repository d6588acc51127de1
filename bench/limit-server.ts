/** The yardstick: six operations on messages, written by hand with Fastify and pg, as fast as a good engineer makes them. */

import Fastify, { type FastifyInstance, type FastifyReply, type FastifyRequest } from 'fastify'

import { openPgDatabase } from '../framework/postgres/pg-database.ts'
import { startRelay, type Relay } from '../framework/postgres/relay.ts'
import { callerReader, type Caller } from './limit/caller.ts'
import { createMessages, createPool, type Message, type Messages } from './limit/messages.ts'
import { createPageKeys, type PageKeys } from './limit/page-key.ts'

const POOL_SIZE = 10
const MAX_LIMIT = 100

const UUID = { type: 'string', pattern: '^[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}$' }
const KEY = { type: 'object', required: ['key'], properties: { key: UUID } }
const BODY = {
  type: 'object',
  required: ['item'],
  additionalProperties: false,
  properties: {
    item: {
      type: 'object',
      required: ['text'],
      additionalProperties: false,
      properties: { text: { type: 'string', minLength: 1, maxLength: 4000 } },
    },
  },
}
const QUERY = {
  type: 'object',
  additionalProperties: false,
  properties: {
    author_id__eq: UUID,
    search_order: { const: '-created_at' },
    limit: { type: 'integer', minimum: 1, maximum: MAX_LIMIT, default: 20 },
    page_key: { type: 'string', maxLength: 1024 },
  },
}

interface SearchQuery {
  readonly author_id__eq?: string
  readonly limit: number
  readonly page_key?: string
}

interface Answerer {
  readonly messages: Messages
  readonly pageKeys: PageKeys
  readonly relay: Relay
  callerOf(request: FastifyRequest): Caller | undefined
}

async function main(): Promise<void> {
  const { DATABASE_URL = '', PORT = '', TOKEN_KEYS = '' } = process.env
  const secret = Buffer.from(TOKEN_KEYS, 'base64url')
  const pool = createPool(DATABASE_URL, POOL_SIZE)
  const relayDatabase = await openPgDatabase({
    url: DATABASE_URL,
    maxConnections: 1,
    onError: fail,
  })
  const relay = startRelay({
    database: relayDatabase,
    deliver: () => undefined,
    pollMs: () => 1_000,
    onError: fail,
  })
  const readCaller = callerReader(secret)
  const answerer: Answerer = {
    messages: createMessages(pool),
    pageKeys: createPageKeys(secret),
    relay,
    callerOf: (request) => readCaller(request.headers.authorization),
  }
  const server = Fastify()
  registerReads(server, answerer)
  registerWrites(server, answerer)
  server.get('/readyz', async () => {
    await pool.query('select 1')
    return { status: 'ready' }
  })
  const close = async (): Promise<void> => {
    await server.close()
    await relay.close()
    await relayDatabase.close()
    await pool.end()
  }
  process.once('SIGTERM', () => void close().catch(fail))
  await server.listen({ port: Number(PORT), host: '127.0.0.1' })
}

/** What goes wrong without a caller to tell would spoil the measurement. */
function fail(error: unknown): never {
  throw error
}

function registerReads(server: FastifyInstance, { messages, pageKeys, callerOf }: Answerer): void {
  server.get<{ Params: { key: string } }>(
    '/actions/message/:key',
    { schema: { params: KEY } },
    async (request, reply) => {
      const caller = callerOf(request)
      if (caller === undefined) return problem(reply, 401, 'Log in.')
      const message = await messages.read(request.params.key)
      if (message === undefined) return problem(reply, 404, 'There is no such message.')
      const etag = etagOf(message, caller)
      if (request.headers['if-none-match'] === etag) return reply.code(304).send()
      reply.header('etag', etag)
      return toResult(message, caller)
    },
  )
  server.get<{ Querystring: SearchQuery }>(
    '/actions/message-search',
    { schema: { querystring: QUERY } },
    async (request, reply) => {
      const caller = callerOf(request)
      if (caller === undefined) return problem(reply, 401, 'Log in.')
      const { author_id__eq: authorId, limit, page_key: pageKey } = request.query
      const question = `${caller.id} ${authorId ?? ''}`
      const after = pageKey === undefined ? undefined : pageKeys.open(pageKey, question)
      if (pageKey !== undefined && after === undefined) return problem(reply, 400, 'Bad page_key.')
      const rows = await messages.page({ authorId, after, limit: limit + 1 })
      const results = rows.slice(0, limit).map((message) => toResult(message, caller))
      const last = rows.length > limit ? rows[limit - 1] : undefined
      const nextPageKey =
        last === undefined ? null : pageKeys.seal([last.created_at, last.id], question)
      return { results, next_page_key: nextPageKey, creatable: true }
    },
  )
  server.get<{ Querystring: Pick<SearchQuery, 'author_id__eq'> }>(
    '/actions/message-count',
    { schema: { querystring: QUERY } },
    async (request, reply) => {
      if (callerOf(request) === undefined) return problem(reply, 401, 'Log in.')
      return { count: await messages.count(request.query.author_id__eq) }
    },
  )
}

function registerWrites(server: FastifyInstance, { messages, relay, callerOf }: Answerer): void {
  server.post<{ Body: { item: { text: string } } }>(
    '/actions/message',
    { schema: { body: BODY } },
    async (request, reply) => {
      const caller = callerOf(request)
      if (caller === undefined) return problem(reply, 401, 'Log in.')
      const message = await messages.create(request.body.item.text, caller.id)
      relay.poke()
      reply
        .code(201)
        .header('location', `/actions/message/${message.id}`)
        .header('etag', etagOf(message, caller))
      return toResult(message, caller)
    },
  )
  server.patch<{ Params: { key: string }; Body: { item: { text: string } } }>(
    '/actions/message/:key',
    { schema: { params: KEY, body: BODY } },
    async (request, reply) => {
      const caller = callerOf(request)
      if (caller === undefined) return problem(reply, 401, 'Log in.')
      const { key } = request.params
      const message = await messages.update(key, request.body.item.text, caller.id)
      if (message !== undefined) {
        relay.poke()
        reply.header('etag', etagOf(message, caller))
        return toResult(message, caller)
      }
      return (await messages.read(key)) === undefined
        ? problem(reply, 404, 'There is no such message.')
        : problem(reply, 403, 'Only its author changes a message.')
    },
  )
}

function toResult({ id, text, author_id, created_at, updated_at }: Message, caller: Caller) {
  const isAuthor = author_id === caller.id
  const item = { id, text, author_id, created_at, updated_at }
  return { key: id, item, updatable: isAuthor, deletable: isAuthor }
}

function etagOf({ version }: Message, { etagTag }: Caller): string {
  return `"${version}-${etagTag}"`
}

/** Answers are returned, not sent: Fastify waits for the end of a reply that is returned. */
function problem(reply: FastifyReply, status: number, title: string) {
  reply.code(status).type('application/problem+json')
  return { status, title }
}

await main()
