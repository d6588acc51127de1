/** Which database is opened. */

import { join } from 'node:path'

import t from 'tap'

import { DeclarationError } from '../../../framework/errors.ts'
import { openDatabase } from '../../../framework/postgres/open-database.ts'
import { createServerDatabase, SERVER_URL } from '../../kit/database.ts'

const onError = (): void => undefined

t.test('a URL means a server', async (t) => {
  await t.rejects(openDatabase({ url: 'nonsense', onError }), DeclarationError)
  if (SERVER_URL === undefined) return
  const database = await openDatabase({ url: await createServerDatabase(t, SERVER_URL), onError })
  t.equal(database.kind, 'postgres')
  await database.close()
})

t.test('no URL means PGlite, in the folder if there is one', async (t) => {
  const inMemory = await openDatabase({ onError })
  t.match(inMemory, { kind: 'pglite', description: 'PGlite in memory' })
  await inMemory.close()
  const folder = join(t.testdir({ file: '' }), 'file', 'data')
  await t.rejects(openDatabase({ folder, onError }))
})
