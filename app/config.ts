/** The messenger's configuration: read from the environment once, checked whole, and frozen. */
import { isIP } from 'node:net'
import { DeclarationError } from '../framework/index.ts'
import { parseMailbox, type Mailbox } from './mail/mailbox.ts'
import { parseSmtpUrl, type SmtpServer } from './mail/smtp-url.ts'
import { parseBucket, type Bucket } from './media/bucket.ts'

/** What can be configured. README.md tells of each. */
export interface Config {
  readonly isProduction: boolean
  readonly port: number
  readonly host: string
  /** Undefined: PGlite in `dataDir`. */
  readonly databaseUrl: string | undefined
  readonly dataDir: string
  /** `memory`: there are no other processes; `postgres`; or the URL of RabbitMQ. */
  readonly busUrl: string
  /** Secrets, or the path of a JWK Set. Undefined: made and kept in `dataDir`. */
  readonly tokenKeys: string | undefined
  /** Undefined: mail is not sent, and in development shown. Holds a password. */
  readonly smtpServer: SmtpServer | undefined
  /** Whom mail comes from. */
  readonly mailFrom: Mailbox
  /** Where people reach the messenger, without a slash at its end: links in mail begin with it. */
  readonly publicUrl: string
  /** Where media are kept. Undefined: in `dataDir`. */
  readonly mediaBucket: Bucket | undefined
  /** Most bytes of one file. */
  readonly mediaMaxBytes: number
  /** Most pixels of an image, all its frames together. */
  readonly mediaMaxPixels: number
  readonly allowedOrigins: readonly string[]
  /** Addresses and ranges of balancers whose X-Forwarded-* headers are believed. */
  readonly trustProxy: readonly string[]
  /** False: login, sign-up and refresh may be tried without end, for load tests. */
  readonly areLimitsKept: boolean
  readonly logLevel: LogLevel
}

const LOG_LEVELS = ['fatal', 'error', 'warn', 'info', 'debug', 'trace', 'silent'] as const

/** How much is logged. */
export type LogLevel = (typeof LOG_LEVELS)[number]

/** Variables by name. */
export type Environment = Readonly<Record<string, string | undefined>>

/**
 * Reads the configuration.
 * @param environment default: that of the process
 * @throws DeclarationError with one line for each wrong value
 */
export function readConfig(environment: Environment = process.env): Config {
  const faults: string[] = []
  const read = <T>(name: string, absent: T, { parse, want }: Variable<T>): T => {
    const text = environment[name]?.trim()
    if (text === undefined || text === '') return absent
    const value = parse(text)
    if (value === undefined) faults.push(`${name} must be ${want}.`)
    return value ?? absent
  }
  const databaseUrl = read('DATABASE_URL', undefined, DATABASE_URL)
  const port = read('PORT', 8000, PORT)
  const config: Config = {
    isProduction: environment['NODE_ENV'] === 'production',
    port,
    host: read('HOST', 'localhost', TEXT),
    databaseUrl,
    dataDir: read('DATA_DIR', '.data', TEXT),
    busUrl: read('BUS_URL', databaseUrl === undefined ? 'memory' : 'postgres', BUS_URL),
    tokenKeys: read('TOKEN_KEYS', undefined, TEXT),
    smtpServer: read('SMTP_URL', undefined, SMTP_URL),
    mailFrom: read('MAIL_FROM', DEVELOPMENT_MAILBOX, MAILBOX),
    publicUrl: read('PUBLIC_URL', `http://localhost:${String(port)}`, PUBLIC_URL),
    mediaBucket: read('MEDIA_URL', undefined, BUCKET),
    mediaMaxBytes: read('MEDIA_MAX_BYTES', 104_857_600, MEDIA_BYTES),
    mediaMaxPixels: read('MEDIA_MAX_PIXELS', 64_000_000, MEDIA_PIXELS),
    allowedOrigins: read('ALLOWED_ORIGINS', [], ORIGINS),
    trustProxy: read('TRUST_PROXY', [], PROXIES),
    areLimitsKept: read('RATE_LIMITS', true, ON_OR_OFF),
    logLevel: read('LOG_LEVEL', 'info', LOG_LEVEL),
  }
  faults.push(...missing(config, (name) => (environment[name] ?? '').trim() !== ''))
  if (config.isProduction && !config.areLimitsKept) {
    faults.push('RATE_LIMITS must be on in production.')
  }
  if (faults.length === 0 && databaseUrl === undefined && config.busUrl !== 'memory') {
    faults.push('BUS_URL must be memory without DATABASE_URL: PGlite is one process alone.')
  }
  if (faults.length > 0) throw new DeclarationError(faults.join('\n'))
  return Object.freeze(config)
}

/** What has a default that would not do here. */
function missing(
  { isProduction, smtpServer }: Config,
  isGiven: (name: string) => boolean,
): readonly string[] {
  const needed: readonly (readonly [name: string, isNeeded: boolean, line: string])[] = [
    [
      'TOKEN_KEYS',
      isProduction,
      'is required in production: secrets of 32 bytes or more in base64, comma-separated, or the path of a JWK Set.',
    ],
    [
      'MAIL_FROM',
      smtpServer !== undefined,
      'is required with SMTP_URL: whom mail comes from, like Holdfast <no-reply@example.org>.',
    ],
    [
      'PUBLIC_URL',
      smtpServer !== undefined && isProduction,
      'is required with SMTP_URL in production: links in mail begin with it, like https://chat.example.org.',
    ],
  ]
  return needed
    .filter(([name, isNeeded]) => isNeeded && !isGiven(name))
    .map(([name, , line]) => `${name} ${line}`)
}

interface Variable<T> {
  readonly parse: (text: string) => T | undefined
  /** What it must be, for the line that says so. */
  readonly want: string
}

const TEXT: Variable<string> = { parse: (text) => text, want: 'a text' }

const PORT: Variable<number> = {
  parse: (text) => (/^[0-9]{1,5}$/.test(text) && Number(text) <= 65_535 ? Number(text) : undefined),
  want: 'a port from 0 to 65535',
}

const DATABASE_URL: Variable<string | undefined> = {
  parse: (text) => (/^postgres(ql)?:\/\//.test(text) && URL.canParse(text) ? text : undefined),
  want: 'like postgres://user:password@host:5432/name',
}

const BUS_URL: Variable<string> = {
  parse: (text) =>
    text === 'memory' || text === 'postgres' || (/^amqps?:\/\/./.test(text) && URL.canParse(text))
      ? text
      : undefined,
  want: 'memory, postgres, or like amqp://user:password@host:5672',
}

const SMTP_URL: Variable<SmtpServer | undefined> = {
  parse: parseSmtpUrl,
  want: 'like smtp://user:password@host:587 or smtps://…, with @ : / % in user and password escaped as in %40',
}

/** Nobody can answer it, and nothing is sent from it. */
const DEVELOPMENT_MAILBOX: Mailbox = Object.freeze({
  name: 'Holdfast',
  address: 'no-reply@localhost',
})

const MAILBOX: Variable<Mailbox> = {
  parse: parseMailbox,
  want: 'like no-reply@example.org or Holdfast <no-reply@example.org>',
}

const PUBLIC_URL: Variable<string> = {
  parse(text) {
    const url = URL.parse(text)
    if (url === null || !['http:', 'https:'].includes(url.protocol)) return undefined
    const plain = url.origin + url.pathname
    return plain === url.href ? plain.replace(/\/+$/, '') : undefined
  },
  want: 'like https://chat.example.org, without user, query and fragment',
}

const BUCKET: Variable<Bucket | undefined> = {
  parse: parseBucket,
  want: 'like s3://KEY:SECRET@s3.example.org/bucket?region=eu-central-1, with KEY and SECRET percent-encoded, or without both',
}

/** Numbers of bytes are of 32 bits in the database, and nobody sends more in one piece. */
const MOST_MEDIA_BYTES = 2_147_483_647

const MEDIA_BYTES = count('bytes', MOST_MEDIA_BYTES)

/** The library that makes images takes no more. */
const MEDIA_PIXELS = count('pixels', 268_402_689)

function count(what: string, most: number): Variable<number> {
  return {
    parse(text) {
      const found = /^[1-9][0-9]{0,9}$/.test(text) ? Number(text) : Infinity
      return found <= most ? found : undefined
    },
    want: `a number of ${what} from 1 to ${String(most)}`,
  }
}

const ORIGINS: Variable<readonly string[]> = {
  parse: (text) =>
    listWhere(text, (origin) => URL.canParse(origin) && new URL(origin).origin === origin),
  want: 'origins like https://app.example.org, comma-separated',
}

const PROXIES: Variable<readonly string[]> = {
  parse: (text) => listWhere(text, isAddressOrRange),
  want: 'addresses or ranges of balancers like 10.0.0.0/8, comma-separated, never everybody',
}

const ON_OR_OFF: Variable<boolean> = {
  parse: (text) => (text === 'on' || text === 'off' ? text === 'on' : undefined),
  want: 'on or off',
}

const LOG_LEVEL: Variable<LogLevel> = {
  parse: (text) => LOG_LEVELS.find((level) => level === text),
  want: `one of ${LOG_LEVELS.join(', ')}`,
}

function isAddressOrRange(text: string): boolean {
  const [, address = '', , bits] = /^([^/]*)(\/([1-9][0-9]{0,2}))?$/.exec(text) ?? []
  const widest = { 0: 0, 4: 32, 6: 128 }[isIP(address)] ?? 0
  return widest > 0 && (bits === undefined || Number(bits) <= widest)
}

function listWhere(text: string, isGood: (part: string) => boolean): readonly string[] | undefined {
  const parts = text.split(',').map((part) => part.trim())
  return parts.every(isGood) ? parts : undefined
}
