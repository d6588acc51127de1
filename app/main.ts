/** Starts the messenger: `npm start`; `node app/main.ts seed` loads `seed/` into an empty database and ends. */
import { DeclarationError } from '../framework/index.ts'
import { readConfig } from './config.ts'
import { openMessenger } from './messenger.ts'

/** A process that does not end by itself this long after the signal is ended. PROMISES: within 10 s. */
const SHUTDOWN_LIMIT_MS = 9_000

async function main(): Promise<void> {
  const config = readConfig(process.env)
  const messenger = await openMessenger(config)
  if (process.argv[2] === 'seed') {
    say(`${String(await messenger.seed())} rows loaded from seed/.`)
    await messenger.close()
    return
  }
  endOnSignal(() => messenger.close())
  if (!config.isProduction) await messenger.seed()
  await messenger.listen(config)
  say(`Holdfast messenger: http://${config.host}:${String(config.port)}/docs`)
  say(`Database: ${messenger.stores.database.description}`)
  if (!config.isProduction) say('Log in as admin with Password123!')
}

function endOnSignal(close: () => Promise<void>): void {
  let isEnding = false
  const end = (signal: NodeJS.Signals): void => {
    if (isEnding) return
    isEnding = true
    say(`${signal}: ending.`)
    setTimeout(() => process.exit(1), SHUTDOWN_LIMIT_MS).unref()
    close().then(() => process.exit(0), fail)
  }
  process.on('SIGINT', end)
  process.on('SIGTERM', end)
}

function say(line: string): void {
  process.stdout.write(`${line}\n`)
}

function fail(error: unknown): void {
  const text = error instanceof DeclarationError ? error.message : inspectable(error)
  process.stderr.write(`${text}\n`)
  process.exit(1)
}

function inspectable(error: unknown): string {
  return error instanceof Error ? (error.stack ?? error.message) : String(error)
}

main().catch(fail)
