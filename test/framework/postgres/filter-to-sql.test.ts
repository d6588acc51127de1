/** The SQL of filters: over rows that are there, that will be, and over links. What they select is held to memory beside this file. */

import t from 'tap'
import { joinsOf, linked, type Filter } from '../../../framework/filter/filter.ts'
import {
  allOf,
  createdRow,
  filterToSql,
  tableRow,
  writtenRow,
  type SqlRow,
} from '../../../framework/postgres/filter-to-sql.ts'
import { compile } from '../../../framework/postgres/plan.ts'
import { SlotMaker } from '../../../framework/postgres/slot-filter.ts'
import type { Sql } from '../../../framework/postgres/sql-text.ts'
import { ask } from '../../contracts/store.ts'
import { everything, samples } from '../../kit/sample-resources.ts'

const textOf = (sql: Sql) => compile({ sql, reader: 0 }).text
const written = new Map([['int', { slot: 7 }]])
const before: Filter = {
  kind: 'compare',
  attribute: 'int',
  operator: 'eq',
  value: 1,
  isBefore: true,
}
const after: Filter = ask('int', 'eq', 1)
const over = (link: string, filter: Filter) => linked(joinsOf(samples, everything, link), filter)

function textIn(row: SqlRow, filter: Filter): string {
  return textOf(filterToSql(new SlotMaker(samples, 'call').filter(everything, filter), row))
}

t.test('a value is a parameter, cast to the column', async (t) => {
  const row = tableRow(samples, everything)
  t.equal(textIn(row, ask('int', 'lte', 1)), '"t0"."int" <= cast($1 as integer)')
  t.equal(textIn(row, ask('title', 'ne', 'a')), '"t0"."title" <> cast($1 as text) collate "C"')
  t.equal(
    textIn(row, { kind: 'oneof', attribute: 'date', values: [] }),
    '"t0"."date" = any(cast($1 as date[]))',
  )
  t.equal(
    textIn(row, ask('title', 'contains', 'A')),
    'lower("t0"."title" collate "C") like cast($1 as text)',
  )
  t.equal(textOf(allOf([])), 'true')
})

t.test('a row as it will be has what is written, and keeps the rest', async (t) => {
  const row = writtenRow(tableRow(samples, everything), written)
  t.equal(textIn(row, after), 'cast($1 as integer) = cast($2 as integer)')
  t.equal(textIn(row, before), '"t0"."int" = cast($1 as integer)')
  t.equal(textIn(row, ask('number', 'eq', 1)), '"t0"."number" = cast($1 as double precision)')
})

t.test('a row that is not there yet was nothing before', async (t) => {
  const row = createdRow(samples, everything, written)
  t.equal(textIn(row, after), 'cast($1 as integer) = cast($2 as integer)')
  t.equal(textIn(row, before), 'cast(null as integer) = cast($1 as integer)')
})

t.test('a link is a look at the other table, which writes lock', async (t) => {
  const filter = over('marks', ask('name', 'eq', 'a'))
  const inner =
    'select 1 from "tag" as "t2" where "t2"."name" = "t1"."tag_name" and "t2"."name" = cast($1 as text) collate "C"'
  const outer = 'select 1 from "mark" as "t1" where "t1"."everything_id" = "t0"."id"'
  t.equal(textIn(tableRow(samples, everything), filter), `exists (${outer} and exists (${inner}))`)
  t.equal(
    textIn(tableRow(samples, everything, true), filter),
    `exists (${outer} and exists (${inner} for key share of "t2") for key share of "t1")`,
  )
  t.equal(
    textIn(
      writtenRow(tableRow(samples, everything), new Map([['tag_name', { slot: 0 }]])),
      over('tag', { kind: 'all' }),
    ),
    'exists (select 1 from "tag" as "t1" where "t1"."name" = cast($1 as text) collate "C")',
  )
})
