/** The log of the server: one line for each request, none with what is nobody's business. */
import { randomUUID } from 'node:crypto'
import {
  LogController,
  type FastifyReply,
  type FastifyRequest,
  type FastifyServerOptions,
} from 'fastify'

/** Where logs go. */
export interface LogOptions {
  readonly level: 'fatal' | 'error' | 'warn' | 'info' | 'debug' | 'trace' | 'silent'
  /** Default: standard output. */
  readonly stream?: { write(line: string): void }
}

/** Whatever code of whatever layer hands to the log by mistake is not written. */
const REDACTED: readonly string[] = Object.freeze(
  [
    'password',
    'password_digest',
    'token',
    'access_token',
    'refresh_token',
    'authorization',
  ].flatMap((name) => [name, `*.${name}`, `*.*.${name}`]),
)

const RANDOM_LENGTH = 24
const COUNT_LENGTH = 12

/** Makes ids of requests, written as uuids: the random part is the process's, because making one costs more than counting. */
export function createRequestIds(): () => string {
  const random = randomUUID().slice(0, RANDOM_LENGTH)
  let count = 0
  return () => {
    count += 1
    return random + count.toString(16).padStart(COUNT_LENGTH, '0')
  }
}

/** Fastify's options for logging. */
export function loggingOptions(
  log: LogOptions | false,
): Pick<FastifyServerOptions, 'logger' | 'logController'> {
  if (log === false || log.level === 'silent') return { logger: false }
  return {
    logController: new OneLine(),
    logger: {
      level: log.level,
      ...(log.stream === undefined ? {} : { stream: log.stream }),
      timestamp: () => `,"time":"${new Date().toISOString()}"`,
      redact: { paths: [...REDACTED], censor: '[redacted]' },
      serializers: { err: toLogged },
    },
  }
}

/** Says once what became of a request; its route and not its URL, because queries hold what people look for. */
class OneLine extends LogController {
  override incomingRequest(): void {}

  override requestCompleted(
    error: Error | null | undefined,
    request: FastifyRequest,
    reply: FastifyReply,
  ): void {
    const line = {
      method: request.method,
      route: request.routeOptions.url ?? '',
      status: reply.statusCode,
      ms: Math.round(reply.elapsedTime * 10) / 10,
      ip: request.ip,
      ...(request.authorization?.subject === undefined
        ? {}
        : { user: request.authorization.subject }),
    }
    if (error) request.log.error({ ...line, err: error }, 'request broke off')
    else request.log.info(line, 'request')
  }
}

/** An error without members of its own: those of the database's hold values of rows. */
function toLogged(error: unknown): { type: string; message: string; stack: string } {
  if (!(error instanceof Error)) return { type: typeof error, message: '', stack: '' }
  const { cause } = error
  return {
    type: error.name,
    message: error.message,
    stack: error.stack ?? '',
    ...(cause === undefined ? {} : { cause: toLogged(cause) }),
    ...('code' in error && typeof error.code === 'string' ? { code: error.code } : {}),
  }
}
