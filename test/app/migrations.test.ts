/** Tests migrations.ts: a database of the first messenger becomes one of today's, with all that is in it. */
import t from 'tap'
import Type from 'typebox'
import { MIGRATIONS } from '../../app/migrations.ts'
import { all } from '../../app/resources/all.ts'
import {
  attribute,
  belongsTo,
  createdAt,
  hasMany,
  id,
  index,
  reference,
  resource,
  resources,
  timestamp,
  updatedAt,
} from '../../framework/index.ts'
import { migrate } from '../../framework/postgres/migrate.ts'
import { createPlainStores } from '../../framework/postgres/postgres-stores.ts'
import { openTestDatabase } from '../kit/database.ts'

/** The resources before the first migration, as far as they make tables. */
const user = resource('user', {
  attributes: {
    id: id(),
    username: attribute(Type.String({ maxLength: 40 })).unique(),
    full_name: attribute(Type.String()).nullable(),
    email_address: attribute(Type.String()).nullable(),
    admin: attribute(Type.Boolean()).default(false),
    password_digest: attribute(Type.String()).secret(),
    created_at: createdAt(),
    updated_at: updatedAt(),
  },
  links: { authored_messages: hasMany('message', 'author_id') },
  indexes: [index('created_at')],
})
const message = resource('message', {
  attributes: {
    id: id(),
    text: Type.String(),
    author_id: reference('user'),
    created_at: createdAt(),
    updated_at: updatedAt(),
  },
  links: { author: belongsTo('user', 'author_id') },
  indexes: [index('author_id', 'created_at'), index('created_at')],
})
const session = resource('session', {
  attributes: {
    id: id({ client: true }),
    user_id: reference('user'),
    family_digest: attribute(Type.String({ maxLength: 43 }))
      .unique()
      .secret(),
    refresh_digest: attribute(Type.String()).secret(),
    expires_at: timestamp(),
    created_at: createdAt(),
    updated_at: updatedAt(),
  },
  links: { user: belongsTo('user', 'user_id', { onDelete: 'cascade' }) },
  indexes: [index('user_id')],
})
const FIRST = resources({ user, message, session })

const options = { now: Date.now, newId: () => '00000000-0000-7000-8000-000000000001' }

t.test('what was in the first messenger is in that of today', async (t) => {
  const database = await openTestDatabase(t)
  await migrate(database, { registry: FIRST })
  const before = createPlainStores({ registry: FIRST, database, ...options })
  const { key } = await before.store('user').create({ username: 'tim', password_digest: 'x' })
  await before.store('message').create({ text: 'Hello', author_id: key })
  const opened = await before.store('session').create({
    id: key,
    user_id: key,
    family_digest: 'a'.repeat(43),
    refresh_digest: 'b'.repeat(43),
    expires_at: '2030-01-01T00:00:00.000Z',
  })

  t.ok((await migrate(database, { registry: all, migrations: MIGRATIONS })).length > 0)
  t.same(await migrate(database, { registry: all, migrations: MIGRATIONS }), [], 'once')
  const { store } = createPlainStores({ registry: all, database, ...options })
  t.match((await store('user').readOrThrow(key)).item, {
    username: 'tim',
    admin: false,
    about: null,
    full_name_visibility: 'everyone',
    email_address_visibility: 'nobody',
  })
  const [written] = (await store('message').search()).results
  t.match(written?.item, {
    text: 'Hello',
    conversation_id: null,
    number: null,
    reply_to_id: null,
    attachment_ids: [],
    edited_at: null,
    deleted_at: null,
  })
  const made = await store('conversation').create({
    kind: 'group',
    owner_id: key,
    last_message_at: '2030-01-01T00:00:00.000Z',
  })
  t.match(made.item, { message_count: 0, join_code: null })
  const { item } = await store('session').readOrThrow(key)
  t.match(item, { device: 'unknown', last_used_at: opened.item.updated_at })
  t.match(await store('session').unsafeReadSecrets(key), { refresh_digest: 'b'.repeat(43) })
})
