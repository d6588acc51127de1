/** The messenger's configuration: read from the environment once, checked whole, and frozen. */
import { DeclarationError } from '../framework/index.ts'

/** What can be configured. README.md tells of each. */
export interface Config {
  readonly isProduction: boolean
  readonly port: number
  readonly host: string
  /** Undefined: PGlite in `dataDir`. */
  readonly databaseUrl: string | undefined
  readonly dataDir: string
  /** Secrets, or the path of a JWK Set. Undefined: made and kept in `dataDir`. */
  readonly tokenKeys: string | undefined
  readonly allowedOrigins: readonly string[]
  /** Addresses and ranges of balancers whose X-Forwarded-* headers are believed. */
  readonly trustProxy: readonly string[]
  readonly logLevel: LogLevel
}

const LOG_LEVELS = ['fatal', 'error', 'warn', 'info', 'debug', 'trace', 'silent'] as const

/** How much is logged. */
export type LogLevel = (typeof LOG_LEVELS)[number]

/** Variables by name; `process.env` in `main.ts`. */
export type Environment = Readonly<Record<string, string | undefined>>

/** Reads the configuration. @throws DeclarationError with one line for each wrong value */
export function readConfig(environment: Environment): Config {
  const faults: string[] = []
  const read = <T>(name: string, absent: T, parse: (text: string) => T | undefined, want: string): T => {
    const text = environment[name]?.trim()
    if (text === undefined || text === '') return absent
    const value = parse(text)
    if (value === undefined) faults.push(`${name} must be ${want}.`)
    return value ?? absent
  }
  const config: Config = {
    isProduction: environment['NODE_ENV'] === 'production',
    port: read('PORT', 8000, parsePort, 'a port from 0 to 65535'),
    host: read('HOST', 'localhost', (text) => text, 'a host name or address'),
    databaseUrl: read('DATABASE_URL', undefined, parseDatabaseUrl, 'like postgres://user:password@host:5432/name'),
    dataDir: read('DATA_DIR', '.data', (text) => text, 'a folder'),
    tokenKeys: read('TOKEN_KEYS', undefined, (text) => text, 'secrets or a path'),
    allowedOrigins: read('ALLOWED_ORIGINS', [], parseOrigins, 'origins like https://app.example.org, comma-separated'),
    trustProxy: read('TRUST_PROXY', [], parseProxies, 'addresses or ranges of balancers, comma-separated, never true or a number'),
    logLevel: read('LOG_LEVEL', 'info', parseLogLevel, `one of ${LOG_LEVELS.join(', ')}`),
  }
  if (config.isProduction && config.tokenKeys === undefined) {
    faults.push('TOKEN_KEYS is required in production: secrets of 32 bytes or more in base64, comma-separated, or the path of a JWK Set.')
  }
  if (faults.length > 0) throw new DeclarationError(faults.join('\n'))
  return Object.freeze(config)
}

function parsePort(text: string): number | undefined {
  return /^[0-9]{1,5}$/.test(text) && Number(text) <= 65_535 ? Number(text) : undefined
}

function parseDatabaseUrl(text: string): string | undefined {
  return /^postgres(ql)?:\/\//.test(text) && URL.canParse(text) ? text : undefined
}

function parseOrigins(text: string): readonly string[] | undefined {
  const origins = listOf(text)
  const isOrigin = (origin: string): boolean => URL.canParse(origin) && new URL(origin).origin === origin
  return origins.every(isOrigin) ? origins : undefined
}

function parseProxies(text: string): readonly string[] | undefined {
  const proxies = listOf(text)
  const isAddress = (proxy: string): boolean =>
    /^[0-9a-f:.]+(\/[0-9]{1,3})?$/i.test(proxy) && /[.:]/.test(proxy)
  return proxies.every(isAddress) ? proxies : undefined
}

function parseLogLevel(text: string): LogLevel | undefined {
  return LOG_LEVELS.find((level) => level === text)
}

function listOf(text: string): readonly string[] {
  return text.split(',').map((part) => part.trim()).filter((part) => part !== '')
}
