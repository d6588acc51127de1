/** That declarations become the tables they ask for, and those that can't are refused by name. */
import t from 'tap'
import Type from 'typebox'
import { DeclarationError } from '../../../framework/errors.ts'
import { createTableSql, SQL_TYPE, tablesOf } from '../../../framework/postgres/table.ts'
import { attribute } from '../../../framework/resource/attribute.ts'
import { belongsTo } from '../../../framework/resource/link.ts'
import { resources } from '../../../framework/resource/registry.ts'
import { resource } from '../../../framework/resource/resource.ts'
import { id, reference } from '../../../framework/resource/standard-attributes.ts'
import { samples } from '../../kit/sample-resources.ts'

const tables = tablesOf(samples)
const sqlOf = (name: string): string => {
  const {
    table = '',
    indexes = [],
    foreignKeys = [],
  } = tables.find((one) => one.name === name) ?? {}
  return [table, ...indexes, ...foreignKeys].join('\n')
}

t.test('each attribute is a column of its kind, and each row has a version', (t) => {
  const columns = sqlOf('everything')
  for (const [name, { column, isNullable }] of Object.entries(
    samples.resources.everything.attributes,
  )) {
    const line = columns
      .split('\n')
      .find((line) => line.startsWith(`  "${name}" ${SQL_TYPE[column]}`))
    t.ok(line, name)
    t.equal(line?.includes('not null'), !isNullable, name)
  }
  t.match(columns, /_version bigint not null default nextval\('holdfast_version'\)/)
  t.end()
})

t.test('text compares by code point, or as its attribute says', (t) => {
  t.match(sqlOf('everything'), '"title" text collate "C" not null')
  t.match(sqlOf('everything'), '"local" text collate "und-x-icu"')
  t.end()
})

t.test('a sequence is counted by the database alone', (t) => {
  t.match(sqlOf('note'), '"number" integer not null generated always as identity')
  t.end()
})

t.test('keys, unique attributes and unique indexes are constraints', (t) => {
  t.match(sqlOf('mark'), 'constraint mark_pkey primary key ("everything_id", "tag_name")')
  t.match(sqlOf('everything'), 'constraint everything_code_key unique ("code")')
  t.match(sqlOf('everything'), 'unique ("place_country", "place_number", "title")')
  t.end()
})

t.test('a link is a foreign key that does what onDelete says, unless it is ignored', (t) => {
  t.match(
    sqlOf('everything'),
    'foreign key ("parent_id") references "everything" ("id") on delete cascade',
  )
  t.match(
    sqlOf('everything'),
    'foreign key ("tag_name") references "tag" ("name") on delete set null',
  )
  t.match(sqlOf('everything'), /references "place" \("country", "number"\) on delete no action/)
  t.notMatch(sqlOf('everything'), 'foreign key ("pinned_number")')
  t.end()
})

t.test('tables that point at each other get their foreign keys after both are there', (t) => {
  const egg = resource('egg', {
    attributes: { id: id(), hen_id: reference('hen') },
    links: { hen: belongsTo('hen', 'hen_id') },
  })
  const hen = resource('hen', { attributes: { id: id(), egg_id: reference('egg').nullable() } })
  const statements = createTableSql(tablesOf(resources({ egg, hen }))).map((sql) =>
    sql.slice(0, 12),
  )
  t.same(statements, [
    'create table',
    'create table',
    'create index',
    'create index',
    'alter table ',
    'alter table ',
  ])
  t.end()
})

t.test('two links over the same attributes are one foreign key, and must agree', (t) => {
  const user = resource('user', { attributes: { id: id() } })
  const of = (onDelete: 'block' | 'cascade' | 'ignore') =>
    resources({
      user,
      post: resource('post', {
        attributes: { id: id(), user_id: reference('user') },
        links: {
          author: belongsTo('user', 'user_id'),
          owner: belongsTo('user', 'user_id', { onDelete }),
        },
      }),
    })
  t.equal(tablesOf(of('block')).find(({ name }) => name === 'post')?.foreignKeys.length, 1)
  t.equal(tablesOf(of('ignore')).find(({ name }) => name === 'post')?.foreignKeys.length, 1)
  t.throws(
    () => tablesOf(of('cascade')),
    new DeclarationError(
      "post.user_id: two links use it with another target or onDelete. Make one of them onDelete: 'ignore'.",
    ),
  )
  t.end()
})

t.test('names that PostgreSQL or the framework need are refused', (t) => {
  const own = resource('holdfast_log', { attributes: { id: id() } })
  t.throws(() => tablesOf(resources({ holdfast_log: own })), /holdfast_log.*own tables/)
  const system = resource('thing', { attributes: { id: id(), xmin: attribute(Type.String()) } })
  t.throws(() => tablesOf(resources({ thing: system })), /thing\.xmin: PostgreSQL has a column/)
  t.end()
})

t.test('two things of one name in the database are refused', (t) => {
  const thing = resource('thing', { attributes: { id: id() } })
  const thing_pkey = resource('thing_pkey', { attributes: { id: id() } })
  t.throws(() => tablesOf(resources({ thing, thing_pkey })), /would both be 'thing_pkey'/)
  t.end()
})
