/** That every table has the triggers of its declaration, whatever it had before. */
import t from 'tap'
import Type from 'typebox'
import { migrate } from '../../../framework/postgres/migrate.ts'
import { attribute } from '../../../framework/resource/attribute.ts'
import { resources } from '../../../framework/resource/registry.ts'
import { resource } from '../../../framework/resource/resource.ts'
import { id } from '../../../framework/resource/standard-attributes.ts'
import { openTestDatabase } from '../../kit/database.ts'
import { before } from '../../kit/note-schema.ts'
import { cell, execute } from '../../kit/sql.ts'

const INSERT = `insert into note (id, text) values (gen_random_uuid(), 'x')`
const LATEST = `select after::text from holdfast_outbox order by id desc limit 1`

t.test('an attribute that becomes secret leaves the triggers at the next start', async (t) => {
  const database = await openTestDatabase(t)
  await migrate(database, { registry: before })
  await execute(database, INSERT)
  t.match(await cell(database, LATEST), '"text"')
  const note = resource('note', {
    attributes: { id: id(), text: attribute(Type.String()).secret() },
  })
  const secret = resources({ note })
  t.same(await migrate(database, { registry: secret }), ['triggers of note'])
  await execute(database, INSERT)
  t.notMatch(await cell(database, LATEST), '"text"')
})

t.test('triggers that were lost come back', async (t) => {
  const database = await openTestDatabase(t)
  await migrate(database, { registry: before })
  await execute(database, 'select holdfast_drop_triggers(null)')
  await execute(database, INSERT)
  t.equal(await cell(database, LATEST), undefined)
  t.same(await migrate(database, { registry: before }), ['triggers of note'])
  await execute(database, INSERT)
  t.match(await cell(database, LATEST), '"text"')
})
