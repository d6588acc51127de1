/** A server over the resources of the checker, as a process that can be killed. Says what a messenger says when it listens. */
import { argv, env, exit, stdin, stdout } from 'node:process'
import {
  createTokens,
  openBus,
  openStores,
  parseTokenKeys,
  serve,
  type Bus,
} from '../../framework/index.ts'
import { checked, checkedFactories } from './checker-resources.ts'
import { createRandom } from './random.ts'
import { unrulyBus } from './unruly-bus.ts'

/** Who issues the tokens of the checker, and for whom. */
const ISSUER = 'holdfast-checker'

const { DATABASE_URL: databaseUrl, DATA_DIR: dataFolder = '', BUS_URL: busUrl = '' } = env
const [, , busSeed = '1'] = argv
const report = (error: unknown): void => console.error(error)

function openUnrulyBus(url: string): Bus {
  const bus = openBus({ bus: busUrl, databaseUrl: url, onError: report })
  return unrulyBus(bus, createRandom(Number(busSeed)))
}

const stores = await openStores({
  registry: checked,
  databaseUrl,
  dataFolder: `${dataFolder}/pgdata`,
  // Without a bus it relays by itself, beside the one who leads.
  ...(databaseUrl !== undefined && busUrl !== '' && { bus: () => openUnrulyBus(databaseUrl) }),
  onError: report,
})
const tokenKeys = parseTokenKeys(env['TOKEN_KEYS'] ?? '')
const tokens = createTokens({
  keys: tokenKeys,
  issuer: ISSUER,
  audience: ISSUER,
  now: Date.now,
  // Those who write have no session.
  isSessionOpen: async (session, { scopes }) =>
    scopes.has('admin') || (await stores.store('login').read(session)) !== undefined,
})
// Before the hub follows: what ends a session is known before anything later is told.
stores.feed.follow(({ changes }) => {
  for (const { resource, operation, key } of changes) {
    if (resource === 'login' && operation === 'delete') tokens.revokeSession(key)
  }
})
const server = await serve(stores, {
  factories: checkedFactories,
  tokens,
  tokenKeys,
  socketLimits: { expiringSeconds: 1, graceSeconds: 1 },
})
process.once('SIGTERM', () => {
  void server.close()
})
// Whoever has started it may end without a word, and then nobody kills it.
stdin
  .once('end', () => exit())
  .resume()
  .unref()
stdout.write(`${await server.listen({ host: '127.0.0.1', port: 0 })}\n`)
stdout.write(`Database: ${stores.database.description}\n`)
