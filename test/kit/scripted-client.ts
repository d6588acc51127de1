/** A client of the messenger's shape, a server under the hand of a test, and a clock that it moves. */
import type { Test } from 'tap'
import type { Api } from '../../app/api.ts'
import { createClient, type ClientOptions } from '../../framework/client/client.ts'
import type { Client } from '../../framework/client/typed-client.ts'
import { createEagerClock } from './eager-clock.ts'
import type { ManualClock } from './manual-clock.ts'
import { openScriptedServer, type ScriptedServer } from './scripted-server.ts'
import type { Frame, SocketClient } from './socket-client.ts'

/** All three. */
export interface ScriptedClient {
  readonly server: ScriptedServer
  readonly client: Client<Api>
  readonly clock: ManualClock
  /** Errors that nobody else was told of. */
  readonly errors: readonly unknown[]
}

/** Opens them; closed when the test ends. */
export async function openScriptedClient(
  t: Test,
  options: Partial<ClientOptions> = {},
): Promise<ScriptedClient> {
  const server = await openScriptedServer(t)
  const clock = createEagerClock()
  const errors: unknown[] = []
  const client = createClient<Api>({
    url: server.url,
    timing: { clock, random: () => 0 },
    onError: (error) => void errors.push(error),
    ...options,
  })
  t.teardown(() => client.close())
  return { server, client, clock, errors }
}

/** Takes a Subscribe, and says that it holds. @returns its frame */
export async function takeSubscribe(
  socket: SocketClient,
  { cursor = 'e-0', recovered = true } = {},
): Promise<Frame> {
  const frame = await socket.next()
  const { channel } = frame['payload'] as { readonly channel: string }
  socket.send({ type: 'Subscribed', id: frame['id'], payload: { channel, cursor, recovered } })
  return frame
}

/** Refuses a frame. @returns the frame that comes again after just that wait, and no sooner */
export async function askedAgain(
  { client, clock }: ScriptedClient,
  socket: SocketClient,
  { refusal, waitMs }: { readonly refusal: Frame; readonly waitMs: number },
): Promise<Frame> {
  await askOther(client, socket, refusal)
  clock.advance(waitMs - 1)
  await askOther(client, socket)
  clock.advance(1)
  return socket.next()
}

/** Makes a call of its own, which is the next that comes. Resolves when its answer, and a frame before it, have been taken. */
async function askOther(
  client: Client<Api>,
  socket: SocketClient,
  before: Frame = { type: 'Pong' },
): Promise<void> {
  const count = client.call('message_count', {})
  const { id, payload } = await socket.next()
  const isIt = (payload as { readonly action?: string }).action === 'message_count'
  socket.send(before, { type: isIt ? 'Result' : 'Error', id, status: 200, payload: { count: 1 } })
  await count
}

/** The token answer of a scripted login. */
export function tokens(name: string, expiresIn = 900): object {
  return {
    access_token: `access-${name}`,
    token_type: 'Bearer',
    expires_in: expiresIn,
    refresh_token: `refresh-${name}`,
  }
}

/** A message as the server writes it. */
export function messageOf(key: string, text: string) {
  const at = '2026-01-01T00:00:00.000Z'
  return { id: key, text, author_id: 'a', created_at: at, updated_at: at }
}
