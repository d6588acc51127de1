/** The bus through PostgreSQL itself: LISTEN and NOTIFY on a connection of its own, never in anybody's transaction. */
import { randomBytes } from 'node:crypto'
import { UnavailableError } from '../errors.ts'
import { SYSTEM_CLOCK } from '../event/clock.ts'
import type { Bus, BusTopic } from '../event/bus.ts'
import { parseDatabaseUrl } from '../postgres/pg-pool-config.ts'
import { keepPgSession } from '../postgres/pg-session.ts'
import type { SessionQuery } from '../postgres/session.ts'
import { createOutgoing, type Packets } from './outgoing.ts'
import { unpack } from './packet.ts'
import { createReceivers } from './receivers.ts'

/** Options of a bus through PostgreSQL. */
export interface PostgresBusOptions {
  /** The database that the processes share. Not through a pooler that hands out a connection for each transaction. */
  readonly url: string
  /** Told when the server can't be reached, once, and when a receiver throws. */
  readonly onError: (error: unknown) => void
}

/** NOTIFY carries less than 8000 bytes; a packet has its sender and topic before it. */
const PACKET_BYTES = 7_900
/** A packet with this text alone fits. */
const MAX_BYTES = PACKET_BYTES - 10
/** PostgreSQL lets notifying transactions commit one after the other, so there are few of them. */
const PACE_MS = 10
const TOPICS: readonly BusTopic[] = ['outbox', 'log', 'presence', 'jobs']

/** One statement, one commit. The channel is that of the schema: another app in the database is another bus. */
const LISTEN = `select 'holdfast_' || left(md5(current_schema()), 12)`
const NOTIFY = 'select pg_notify($1, packet) from json_array_elements_text($2::json) packet'

/** Opens the bus. It returns at once; what is sent before the connection is made is lost. @throws DeclarationError for a wrong URL */
export function openPostgresBus({ url, onError }: PostgresBusOptions): Bus {
  const sender = randomBytes(9).toString('base64url')
  const receivers = createReceivers(onError)
  let channel = ''

  async function begin(query: SessionQuery): Promise<void> {
    const [row] = await query(LISTEN)
    channel = String(row?.[0])
    await query(`listen ${channel}`)
  }
  function take(payload: string): void {
    const [, from, topic, packet = ''] = /^(\S+) (\S+) ([^]*)$/.exec(payload) ?? []
    const known = TOPICS.find((one) => one === topic)
    if (from === sender || known === undefined) return
    for (const text of unpack(packet)) receivers.hand(known, text)
  }
  async function notify(packets: Packets): Promise<void> {
    const payloads = packets.map(([topic, packet]) => `${sender} ${topic} ${packet}`)
    await session.query(NOTIFY, [channel, JSON.stringify(payloads)])
  }

  const outgoing = createOutgoing({
    maxBytes: PACKET_BYTES,
    paceMs: PACE_MS,
    clock: SYSTEM_CLOCK,
    send: notify,
  })
  const session = keepPgSession(parseDatabaseUrl(url), {
    begin,
    onOpen: receivers.gap,
    onLost: outgoing.clear,
    onNotification: take,
    onError: (cause) => {
      onError(new UnavailableError('The bus is away; events come by the log.', { cause }))
    },
  })

  return Object.freeze<Bus>({
    maxBytes: MAX_BYTES,
    send(topic, text) {
      if (session.isOpen() && isCarried(text)) outgoing.add(topic, text)
    },
    receive: receivers.receive,
    onGap: receivers.onGap,
    async close() {
      receivers.clear()
      await outgoing.close()
      await session.close()
    },
  })
}

/** PostgreSQL has no character of the number zero. */
function isCarried(text: string): boolean {
  return Buffer.byteLength(text) <= MAX_BYTES && !text.includes('\0')
}
