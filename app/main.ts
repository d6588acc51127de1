/** Starts the messenger: `npm start`; `node app/main.ts seed` loads `seed/` into an empty database and ends. */
import { DeclarationError, ResourceError } from '../framework/index.ts'
import { isPageBuilt } from './build-page.ts'
import { readConfig, type Config } from './config.ts'
import { listenFault } from './listen-fault.ts'
import { openMessenger, type Messenger } from './messenger.ts'

/** A process that does not end by itself this long after the signal is ended. PROMISES: within 10 s. */
const SHUTDOWN_LIMIT_MS = 9_000

let isEnding = false

async function main(command = 'start'): Promise<void> {
  if (command !== 'start' && command !== 'seed') {
    throw new DeclarationError(`There is no command '${command}'. There are start and seed.`)
  }
  const config = readConfig()
  const opening = openMessenger(config)
  endOnSignal(async () => (await opening).close())
  const messenger = await opening
  if (command === 'start') await start(messenger, config)
  else await seedAlone(messenger, config)
}

async function start(messenger: Messenger, config: Config): Promise<void> {
  if (!config.isProduction) await messenger.seed({ isLively: true })
  // Before anything is logged: these are the first lines that a person sees.
  messenger.http.server.once('listening', () => announce(messenger, config))
  await messenger.listen(config).catch((error: unknown) => {
    throw listenFault(error, config)
  })
}

// Everybody knows the password of those who are lively.
async function seedAlone(messenger: Messenger, { isProduction }: Config): Promise<void> {
  say(`${String(await messenger.seed({ isLively: !isProduction }))} rows loaded from seed/.`)
  await messenger.close()
}

function announce(
  { http, stores, mailDescription }: Messenger,
  { host, isProduction }: Config,
): void {
  const address = http.server.address()
  const port = typeof address === 'object' && address !== null ? address.port : 0
  const name = host.includes(':') ? `[${host}]` : host
  say(`Holdfast messenger: http://${name}:${String(port)}${isPageBuilt() ? '' : '/docs'}`)
  say(`Database: ${stores.database.description}`)
  say(`Mail: ${mailDescription}`)
  if (!isProduction) say('Log in as admin with Password123!')
}

function endOnSignal(close: () => Promise<void>): void {
  const end = (signal: NodeJS.Signals): void => {
    if (isEnding) return
    isEnding = true
    say(`${signal}: ending.`)
    setTimeout(() => process.exit(1), SHUTDOWN_LIMIT_MS).unref()
    close().then(() => process.exit(0), stopFor)
  }
  process.on('SIGINT', end)
  process.on('SIGTERM', end)
}

function say(line: string): void {
  process.stdout.write(`${line}\n`)
}

function stopFor(error: unknown): void {
  process.stderr.write(`${told(error)}\n`)
  process.exit(1)
}

/** One line for what the person who starts it can mend; the whole for a defect. */
function told(error: unknown): string {
  if (!(error instanceof Error)) return String(error)
  if (error instanceof DeclarationError || 'syscall' in error) return error.message
  if (error instanceof ResourceError && error.code !== 'internal') {
    return [error, error.cause]
      .flatMap((one) => (one instanceof Error ? one.message : []))
      .join(' ')
  }
  return error.stack ?? error.message
}

main(process.argv[2]).catch((error: unknown) => {
  // What is broken off by the end is no fault.
  if (!isEnding) stopFor(error)
})
