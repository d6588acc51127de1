/** Tests data-folder.ts. */
import { statSync } from 'node:fs'
import { join } from 'node:path'
import t from 'tap'
import { DeclarationError } from '../../../framework/errors.ts'
import { makeDataFolder, unfitFolder } from '../../../framework/postgres/data-folder.ts'

t.test('a folder is made with those above it, and one that is there stays', async (t) => {
  const folder = join(t.testdir(), 'a', 'b')
  makeDataFolder(folder)
  makeDataFolder(folder)
  t.equal(statSync(folder).isDirectory(), true)
})

t.test('where none can be made is said with what to do, and at once', async (t) => {
  const root = t.testdir({ file: '' })
  for (const folder of [join(root, 'file'), join(root, 'file', 'below'), '/proc/none/below']) {
    const error = t.throws(() => makeDataFolder(folder), DeclarationError) as Error
    t.match(error.message, folder)
    t.match(error.message, /^[^\n]+ Set DATA_DIR to [^\n]+$/)
  }
  t.match(unfitFolder('a', 'full').message, /^The data folder a can't be used: full\./)
})
