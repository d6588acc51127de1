/** The messenger as `npm start` runs it: a process of its own, on a free port and a data folder of its own. */
import { spawn } from 'node:child_process'
import { once } from 'node:events'
import { createInterface } from 'node:readline'
import { fileURLToPath } from 'node:url'
import type { Test } from 'tap'

const MAIN = fileURLToPath(new URL('../../app/main.ts', import.meta.url))
const ADDRESS = /^Holdfast messenger: (http:\/\/\S+)\/docs$/

/** Starts it on PGlite; ended when `t` ends. @returns its origin */
export async function startMessenger(t: Test): Promise<string> {
  const child = spawn(process.execPath, [MAIN], {
    env: { PORT: '0', HOST: '127.0.0.1', DATA_DIR: t.testdir(), LOG_LEVEL: 'error' },
    stdio: ['ignore', 'pipe', 'inherit'],
  })
  const exit = once(child, 'exit')
  t.teardown(async () => {
    child.kill('SIGTERM')
    await exit
  })
  for await (const line of createInterface(child.stdout)) {
    const origin = ADDRESS.exec(line)?.[1]
    if (origin === undefined) continue
    child.stdout.resume()
    return origin
  }
  throw new AggregateError([], 'The messenger has ended without an address.')
}
