/** What stands in SQL as text. */

import t from 'tap'
import { compile } from '../../../framework/postgres/plan.ts'
import {
  asColumn,
  sqlArrayType,
  sqlType,
  wholeNumber,
  type Sql,
} from '../../../framework/postgres/sql-text.ts'
import { attributeOrThrow } from '../../../framework/resource/resource.ts'
import { everything } from '../../kit/sample-resources.ts'

const textOf = (sql: Sql) => compile({ sql, reader: 0 }).text
const asAttribute = (name: string) =>
  textOf(asColumn({ slot: 0 }, attributeOrThrow(everything, name, 'test')))

t.test('a value stands as if it were in its column', async (t) => {
  t.equal(asAttribute('title'), 'cast($1 as text) collate "C"')
  t.equal(asAttribute('local'), 'cast($1 as text) collate "und-x-icu"')
  t.equal(asAttribute('created_at'), 'cast($1 as timestamp(3) with time zone)')
  t.equal(asAttribute('json'), 'cast($1 as jsonb)')
})

t.test('types and our own numbers are text', async (t) => {
  t.equal(textOf(sqlType('number')), 'double precision')
  t.equal(textOf(sqlArrayType('decimal')), 'numeric[]')
  t.equal(textOf(wholeNumber(21)), '21')
})
