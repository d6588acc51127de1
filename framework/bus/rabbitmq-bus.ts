/** The bus through RabbitMQ: one exchange for the app, one queue for each process, and nothing that outlives either. */
import { randomBytes } from 'node:crypto'
import { Connection, type AsyncMessage } from 'rabbitmq-client'
import { UnavailableError } from '../errors.ts'
import type { Bus, BusTopic } from '../event/bus.ts'
import { createReceivers } from './receivers.ts'

/** Options of a bus through RabbitMQ. */
export interface RabbitmqBusOptions {
  /** `amqp://user:password@host:port/vhost`, or `amqps:`. */
  readonly url: string
  /** What processes that belong together have in common, and other apps on the same virtual host have not. */
  readonly name: string
  /** Told when the broker can't be reached, once, and when a receiver throws. */
  readonly onError: (error: unknown) => void
}

const TOPICS: readonly BusTopic[] = ['outbox', 'log', 'presence', 'jobs']
const MAX_BYTES = 1_048_576
/** What a process has given to its connection and the connection not yet to the network; what comes above is lost. */
const MAX_UNSENT_BYTES = 4 * MAX_BYTES
/** Of a process that does not take its messages the broker drops the oldest; what they said is in the log. */
const QUEUE_ARGUMENTS = {
  'x-max-length': 1_000,
  'x-max-length-bytes': 16 * MAX_BYTES,
  'x-overflow': 'drop-head' as const,
  'x-message-ttl': 10_000,
}
const CONNECTION = {
  connectionName: 'holdfast',
  noDelay: true,
  heartbeat: 10,
  connectionTimeout: 5_000,
  acquireTimeout: 5_000,
  retryLow: 100,
  retryHigh: 2_000,
}
const FAREWELL_MS = 500

/** Opens the bus. It returns at once, and is there as soon as the broker is. */
export function openRabbitmqBus({ url, name, onError }: RabbitmqBusOptions): Bus {
  const sender = randomBytes(9).toString('base64url')
  const receivers = createReceivers(onError)
  const exchange = { exchange: `holdfast.${name}`, type: 'direct', autoDelete: true }
  const connection = new Connection({ ...CONNECTION, url })
  const publisher = connection.createPublisher({ exchanges: [exchange] })
  const consumer = connection.createConsumer(
    {
      noAck: true,
      queueOptions: { exclusive: true, autoDelete: true, arguments: QUEUE_ARGUMENTS },
      exchanges: [exchange],
      queueBindings: TOPICS.map((routingKey) => ({ ...exchange, routingKey })),
    },
    take,
  )
  let unsentBytes = 0
  let isClosed = false
  let isFailing = false

  function take({ appId, routingKey, body }: AsyncMessage): void {
    const topic = TOPICS.find((one) => one === routingKey)
    if (appId !== sender && topic !== undefined && typeof body === 'string') {
      receivers.hand(topic, body)
    }
  }
  function fail(cause: unknown): void {
    if (isFailing || isClosed) return
    isFailing = true
    onError(new UnavailableError('The bus is away; events come by the log.', { cause }))
  }
  connection.on('error', fail)
  // What was lost on the way to a broker short of memory, its other clients have lost as well.
  connection.on('connection.unblocked', receivers.gap)
  consumer.on('error', fail)
  consumer.on('ready', () => {
    isFailing = false
    receivers.gap()
  })

  async function publish(topic: BusTopic, text: string): Promise<void> {
    const bytes = Buffer.byteLength(text)
    if (isClosed || !connection.ready || bytes > MAX_BYTES) return
    if (unsentBytes + bytes > MAX_UNSENT_BYTES) return
    unsentBytes += bytes
    try {
      await publisher.send({ ...exchange, routingKey: topic, appId: sender }, text)
    } catch {
      // It is lost with its connection, of whose loss we are told.
    } finally {
      unsentBytes -= bytes
    }
  }

  return Object.freeze<Bus>({
    maxBytes: MAX_BYTES,
    send: (topic, text) => void publish(topic, text),
    receive: receivers.receive,
    onGap: receivers.onGap,
    async close() {
      isClosed = true
      receivers.clear()
      if (connection.ready) await takeLeave([publisher, consumer, connection])
      connection.unsafeDestroy()
    },
  })
}

/** One after the other, so that what was said is heard; a broker that hangs is not waited for. */
async function takeLeave(parts: readonly { close(): Promise<void> }[]): Promise<void> {
  const timeout = Promise.withResolvers<undefined>()
  const timer = setTimeout(timeout.resolve, FAREWELL_MS, undefined)
  const close = async (): Promise<void> => {
    for (const part of parts) await part.close()
  }
  await Promise.race([close(), timeout.promise]).catch(() => undefined)
  clearTimeout(timer)
}
