/** A connection of its own to a server, made again whenever it is lost: for what lives in a session, as locks and notifications do. */
import { Socket } from 'node:net'
import { Client } from 'pg'

import { UnavailableError } from '../errors.ts'
import { createAttempts } from './attempts.ts'
import type { Cell } from './database.ts'
import { toPoolConfig } from './pg-pool-config.ts'
import { isConnectionLoss, toResourceError } from './postgres-error.ts'
import type { PgSession, SessionOptions, SessionQuery } from './session.ts'
import { createWaker } from './waker.ts'

const BEAT_MS = 5_000
/** On our side: a server that hangs can't keep its own limits. */
const ANSWER_TIMEOUT_MS = 5_500
const FAREWELL_MS = 500
/** A server that we have vanished from without a word lets go of the session after about this, and not after two hours. */
const KEEP_ALIVE = '-c tcp_keepalives_idle=5 -c tcp_keepalives_interval=2 -c tcp_keepalives_count=3'

/** Starts to keep a session on the server. It returns at once, and tells when the session is open. */
export function keepPgSession(url: URL, options: SessionOptions): PgSession {
  const { onError, onLost, beatMs = BEAT_MS, beat = ask } = options
  const attempts = createAttempts(onError)
  const pause = createWaker()
  let hasClosed = false
  const isClosing = (): boolean => hasClosed
  let open: SessionQuery | undefined

  async function live(): Promise<void> {
    const connection = createConnection(url, { onEnd: pause.wake, ...options })
    try {
      await connection.connect()
      await options.begin(connection.query)
      if (isClosing()) return
      open = connection.query
      attempts.succeeded()
      options.onOpen?.()
      while (!isClosing()) {
        await pause.rest(beatMs)
        if (!isClosing()) await beat(connection.query)
      }
    } finally {
      open = undefined
      await connection.end()
    }
  }
  async function run(): Promise<void> {
    while (!isClosing()) {
      try {
        await live()
      } catch (error) {
        onLost?.()
        const retryMs = isClosing() ? 0 : attempts.failed(error)
        // Processes that were cut off together do not come back together.
        await pause.rest(retryMs * (0.5 + Math.random() / 2))
      }
    }
  }

  const end = run()
  return Object.freeze<PgSession>({
    isOpen: () => open !== undefined,
    query: async (text, values) => {
      if (open === undefined) throw new UnavailableError()
      return open(text, values)
    },
    async close() {
      hasClosed = true
      pause.wake()
      await end
    },
  })
}

async function ask(query: SessionQuery): Promise<void> {
  await query('select 1')
}

interface Connection {
  connect(): Promise<void>
  readonly query: SessionQuery
  end(): Promise<void>
}

function createConnection(
  url: URL,
  { onNotification, onEnd }: Pick<SessionOptions, 'onNotification'> & { onEnd: () => void },
): Connection {
  const socket = new Socket()
  const { options = '', ...config } = toPoolConfig(url)
  const client = new Client({
    ...config,
    options: `${options} ${KEEP_ALIVE}`,
    // For people: with pg_locks it tells which process leads.
    application_name: `holdfast session of ${String(process.pid)}`,
    query_timeout: ANSWER_TIMEOUT_MS,
    stream: () => socket,
  })
  let isLost = false
  /** The farewell of one that does not answer would never be heard. */
  let isHanging = false
  const lose = (): void => {
    if (isLost) return
    isLost = true
    onEnd()
  }
  client.on('error', lose)
  client.on('end', lose)
  client.on('notification', ({ payload = '' }) => onNotification?.(payload))
  return {
    async connect() {
      try {
        await client.connect()
      } catch (error) {
        throw toResourceError(error, 'connect')
      }
    },
    async query(text, values = []) {
      if (isLost) throw new UnavailableError()
      try {
        return (await client.query<Cell[]>({ text, values: [...values], rowMode: 'array' })).rows
      } catch (error) {
        if (isConnectionLoss(error)) {
          isHanging = true
          lose()
        }
        throw toResourceError(error)
      }
    },
    async end() {
      isLost = true
      if (!isHanging) await within(FAREWELL_MS, client.end())
      socket.destroy()
    },
  }
}

/** Resolves when the promise is settled, at the latest after so many milliseconds. */
async function within(ms: number, promise: Promise<void>): Promise<void> {
  const timeout = Promise.withResolvers<undefined>()
  const timer = setTimeout(timeout.resolve, ms, undefined)
  await Promise.race([promise, timeout.promise]).catch(() => undefined)
  clearTimeout(timer)
}
