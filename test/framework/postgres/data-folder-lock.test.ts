/** One folder, one process, whatever became of the one before. */

import { once } from 'node:events'
import { fork, type ChildProcess } from 'node:child_process'
import { join } from 'node:path'

import t, { type Test } from 'tap'

import { DeclarationError } from '../../../framework/errors.ts'
import { lockDataFolder } from '../../../framework/postgres/data-folder-lock.ts'

const LOCK = new URL('../../../framework/postgres/data-folder-lock.ts', import.meta.url).href
const HOLDER = `
  const { lockDataFolder } = await import(process.argv[2])
  lockDataFolder(process.argv[3])
  gc()
  process.send('locked')
  process.on('message', () => undefined)
`

/** A process that holds the lock until it is killed. */
async function startHolder(t: Test, folder: string): Promise<ChildProcess> {
  const script = join(t.testdir({ 'holder.mjs': HOLDER }), 'holder.mjs')
  const child = fork(script, [LOCK, folder], {
    execArgv: ['--expose-gc'],
    stdio: ['ignore', 'ignore', 'pipe', 'ipc'],
  })
  t.teardown(() => child.kill('SIGKILL'))
  let complaint = ''
  child.stderr?.on('data', (text: Buffer) => (complaint += text.toString()))
  await Promise.race([once(child, 'message'), once(child, 'exit')])
  t.equal(complaint, '', 'the lock makes no noise')
  return child
}

t.test('a second process is refused, told what to do, and let in after SIGKILL', async (t) => {
  const folder = join(t.testdir(), 'below', 'data')
  const child = await startHolder(t, folder)
  const error = t.throws(() => lockDataFolder(folder), DeclarationError) as Error
  for (const word of [folder, 'DATA_DIR', 'DATABASE_URL']) t.match(error.message, word)
  child.kill('SIGKILL')
  await once(child, 'exit')
  lockDataFolder(folder).release()
})

t.test('a folder beside which no file can be is refused', async (t) => {
  const root = t.testdir({ file: '', 'data.lock': {}, 'other.lock': 'no database' })
  const folders = ['data', 'other', 'file/data'].map((name) => join(root, name))
  for (const unfit of [...folders, '/proc/none']) {
    t.throws(() => lockDataFolder(unfit), { name: 'DeclarationError', message: /DATA_DIR/ })
  }
})

t.test('the same process is refused too, until it lets go', async (t) => {
  const folder = join(t.testdir(), 'data')
  const lock = lockDataFolder(folder)
  t.throws(() => lockDataFolder(`${folder}/`), DeclarationError)
  lock.release()
  lockDataFolder(folder).release()
})
