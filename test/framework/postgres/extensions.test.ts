/** That indexes for searching bring the extension they need, are held to by migrations, and are used by filters. */
import { randomBytes } from 'node:crypto'
import t from 'tap'
import Type from 'typebox'
import type { Filter } from '../../../framework/filter/filter.ts'
import type { Database } from '../../../framework/postgres/database.ts'
import { addExtensionSql, extensionsOf } from '../../../framework/postgres/extensions.ts'
import { migrate } from '../../../framework/postgres/migrate.ts'
import { textIndex, trigramIndex } from '../../../framework/resource/declared-index.ts'
import { resources } from '../../../framework/resource/registry.ts'
import { resource } from '../../../framework/resource/resource.ts'
import { id } from '../../../framework/resource/standard-attributes.ts'
import { openTestDatabase } from '../../kit/database.ts'
import { before } from '../../kit/note-schema.ts'
import { cell, column, execute } from '../../kit/sql.ts'
import { openTestStores } from '../../kit/stores.ts'

const attributes = { id: id(), text: Type.String({ maxLength: 4000 }) }
const indexes = [trigramIndex('text'), textIndex('text')]
const searched = resources({ note: resource('note', { attributes, indexes }) })

const hasTrigrams = (database: Database) =>
  cell(database, `select count(*)::int from pg_extension where extname = 'pg_trgm'`)

t.test('only who asks for trigrams needs the extension', (t) => {
  const words = resource('note', { attributes, indexes: [textIndex('text')] })
  t.same(extensionsOf(before), [])
  t.same(extensionsOf(resources({ note: words })), [])
  t.same(extensionsOf(searched), ['pg_trgm'])
  t.end()
})

t.test('a new database gets the extension with the tables, and only then', async (t) => {
  const plain = await openTestDatabase(t)
  await migrate(plain, { registry: before })
  t.equal(await hasTrigrams(plain), 0)
  const database = await openTestDatabase(t)
  const done = await migrate(database, { registry: searched })
  t.match(done.join('; '), /^extension pg_trgm; .*tables note;/)
  t.same(await migrate(database, { registry: searched }), [])
})

t.test('a database in use gets it before the migration that makes the index', async (t) => {
  const database = await openTestDatabase(t)
  await migrate(database, { registry: before })
  const changed = migrate(database, { registry: searched })
  await t.rejects(changed, { name: 'DeclarationError', message: /note has changed/ })
  const lacking = [{ number: 1, name: 'nothing', sql: 'select 1' }]
  const message = /lacking: note: index note_text_text_idx .*note_text_trigram_idx/
  await t.rejects(migrate(database, { registry: searched, migrations: lacking }), { message })
  t.equal(await hasTrigrams(database), 0, 'what failed has added nothing')
  const sql = `
create index note_text_trigram_idx on note using gin (lower(text collate "C") gin_trgm_ops);
create index note_text_text_idx on note using gin (to_tsvector('simple', text))`
  const migrations = [{ number: 1, name: 'search', sql }]
  const done = await migrate(database, { registry: searched, migrations })
  t.same(done, ['extension pg_trgm', 'search', 'triggers of note'])
  t.same(await migrate(database, { registry: searched, migrations }), [])
})

t.test('what can not be added is told with the mend', async (t) => {
  const database = await openTestDatabase(t)
  const absent = database.script(addExtensionSql('holdfast_absent'))
  await t.rejects(absent, { cause: { message: /holdfast_absent.*this server does not have it/ } })
  // Roles are the server's, which other tests use at the same time.
  const visitor = `visitor_${randomBytes(8).toString('hex')}`
  await execute(database, `create role ${visitor}`)
  t.teardown(() => execute(database, `drop role ${visitor}`))
  const refused = database.script(`set local role ${visitor}; ${addExtensionSql('pg_trgm')}`)
  await t.rejects(refused, {
    cause: { message: /role visitor_\w+ may not add it.*create extension/ },
  })
})

t.test('filters find parts of a text by the index, with the meaning they have', async (t) => {
  const stores = await openTestStores(t, searched)
  const { database } = stores
  const notes = stores.store('note')
  const texts = ['A Quiet Green Lamp', 'ÄRGER im Bad', '100% sure', 'a_b', 'sure']
  for (const text of texts) await notes.create({ text })
  const found = async (filter: Filter) =>
    (await notes.search({ filter })).results.map(({ item }) => item.text)
  const part = (operator: 'contains' | 'endswith', value: string): Filter => ({
    kind: 'compare',
    attribute: 'text',
    operator,
    value,
  })
  t.same(await found(part('contains', 'GREEN')), ['A Quiet Green Lamp'])
  t.same(await found(part('contains', 'ärger')), [], 'the case of A to Z only')
  t.same(await found(part('contains', 'Ärger')), ['ÄRGER im Bad'])
  t.same(await found(part('endswith', '% sure')), ['100% sure'])
  t.same(await found({ kind: 'query', words: ['green', 'quiet'] }), ['A Quiet Green Lamp'])
  const statement = stores.statements.at(-1) ?? t.fail('nothing was asked')
  if (typeof statement !== 'object') return
  const words = `explain select * from note where to_tsvector('simple', text) @@ websearch_to_tsquery('simple', 'lamp')`
  const plan = await database.transaction(async (transaction) => {
    await execute(transaction, 'set local enable_seqscan = off')
    await execute(transaction, 'set local enable_indexscan = off')
    const explained = { text: `explain ${statement.text}`, values: statement.values }
    const { rows } = await transaction.query(explained)
    return [...rows.map(([line]) => line), ...(await column(transaction, words))].join('\n')
  })
  t.match(plan, /Index Scan on note_text_trigram_idx[^]*Index Scan on note_text_text_idx/)
})
