/** That declarations other than those the tables were made for are refused, table by table. */
import t from 'tap'
import { migrate } from '../../../framework/postgres/migrate.ts'
import { index } from '../../../framework/resource/declared-index.ts'
import { resources } from '../../../framework/resource/registry.ts'
import { resource } from '../../../framework/resource/resource.ts'
import { createdAt, id } from '../../../framework/resource/standard-attributes.ts'
import { openTestDatabase } from '../../kit/database.ts'

const attributes = { id: id(), created_at: createdAt() }
const note = resource('note', { attributes })
const other = resource('other', { attributes })

t.test('each table that is new, changed or gone is named, with what to do', async (t) => {
  const database = await openTestDatabase(t)
  await migrate(database, { registry: resources({ note, other }) })
  const indexed = resource('note', { attributes, indexes: [index('created_at')] })
  const more = resource('more', { attributes })
  const name = 'DeclarationError'
  const message =
    /note has changed, more is new, other is gone\. .*migrations: \[\{ number, name, sql \}\].*delete/
  const changed = resources({ note: indexed, more })
  await t.rejects(migrate(database, { registry: changed }), { name, message })
  t.same(await migrate(database, { registry: resources({ other, note }) }), [], 'the order is free')
})
