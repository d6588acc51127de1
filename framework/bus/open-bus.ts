/** Opens the bus that the configuration asks for. */
import { DeclarationError } from '../errors.ts'
import type { Bus } from '../event/bus.ts'
import { parseDatabaseUrl } from '../postgres/pg-pool-config.ts'
import { openPostgresBus } from './postgres-bus.ts'
import { openRabbitmqBus } from './rabbitmq-bus.ts'

/** Which bus, between the processes on which database. */
export interface OpenBusOptions {
  /** `postgres`: through the database itself; `amqp://user:password@host:port/vhost` or `amqps:`: through RabbitMQ. */
  readonly bus: string
  /** The database of the processes. Apps whose databases have different names do not hear each other. */
  readonly databaseUrl: string
  /** Told once when the bus is away, and when a receiver throws. */
  readonly onError: (error: unknown) => void
}

/**
 * Opens a bus. It returns at once, whether there is anybody to connect to or not: while the bus is away events come by the log.
 * @throws DeclarationError when there is no such bus, without the text: it may hold a password
 */
export function openBus({ bus, databaseUrl, onError }: OpenBusOptions): Bus {
  if (bus === 'postgres') return openPostgresBus({ url: databaseUrl, onError })
  const isAmqp = /^amqps?:$/.test(URL.parse(bus)?.protocol ?? '')
  if (!isAmqp) {
    throw new DeclarationError(
      'A bus must be postgres, or RabbitMQ like amqp://user:password@host:5672.',
    )
  }
  const name = parseDatabaseUrl(databaseUrl).pathname.slice(1)
  return openRabbitmqBus({ url: bus, name, onError })
}
