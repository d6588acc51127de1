/** A process that serves the chat on a database, until it is killed. Tokens are the ids of people themselves. */
import { openBus, openStores, serve } from '../../framework/index.ts'
import { chat, chatFactories } from './chat-resources.ts'
import { callerOf } from './stores.ts'

const { DATABASE_URL = '', BUS = '', PORT = '' } = process.env

const callers = new Map<string, ReturnType<typeof callerOf>>()
/** The same value for a caller as long as the process lives. */
function callerWith(token: string): ReturnType<typeof callerOf> {
  const found = callers.get(token) ?? callerOf(token)
  callers.set(token, found)
  return found
}
/** Faults are what the test is about: the process is to live through them. */
const onError = (): void => undefined

const stores = await openStores({
  registry: chat,
  databaseUrl: DATABASE_URL,
  ...(BUS === '' ? {} : { bus: () => openBus({ bus: BUS, databaseUrl: DATABASE_URL, onError }) }),
  onError,
})
const server = await serve(stores, {
  factories: chatFactories,
  tokens: { peek: callerWith, verify: (token) => Promise.resolve(callerWith(token)) },
})
await server.listen({ host: '127.0.0.1', port: Number(PORT) })
process.send?.('listening')
process.once('SIGTERM', () => void server.close().then(() => process.exit(0)))
