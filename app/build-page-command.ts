/** The command that builds the page: `node app/build-page-command.ts`, with `--if-changed` only when that is needed. */
import { buildPage } from './build-page.ts'

const isForced = !process.argv.includes('--if-changed')

buildPage({ isForced }).then(
  (isNew) => {
    if (isNew) process.stdout.write('The page is built.\n')
  },
  (error: unknown) => {
    const isAway =
      error instanceof Error && 'code' in error && error.code === 'ERR_MODULE_NOT_FOUND'
    const told = isAway
      ? 'The page can’t be built without the packages for development.'
      : `The page can’t be built. ${error instanceof Error ? error.message : String(error)}`
    process.stderr.write(`${told}\n`)
    // Where there are none, the server starts with the page that was brought, or without.
    process.exitCode = isAway && !isForced ? 0 : 1
  },
)
