/** Rows of the sample resources in wire form, and how their joins lead from one to another. */

import type { Join } from '../../framework/filter/filter.ts'
import type { MatchItem } from '../../framework/filter/match.ts'
import type { Item } from '../../framework/resource/item.ts'
import type { Queryable } from '../../framework/postgres/database.ts'
import {
  samples,
  type everything,
  type mark,
  type note,
  type place,
  type tag,
} from './sample-resources.ts'

type Times = 'created_at' | 'updated_at'
const TIME = '2026-01-01T00:00:00.000Z'
/** A thing without its times, which are the store's. */
export type ThingRow = Omit<Item<typeof everything>, Times>

/** Rows of each resource, in an order in which they can be inserted; notes are numbered from 1. */
export interface SampleRows extends Readonly<
  Record<keyof (typeof samples)['resources'], readonly MatchItem[]>
> {
  readonly tag: readonly Item<typeof tag>[]
  readonly place: readonly Item<typeof place>[]
  readonly everything: readonly ThingRow[]
  readonly note: readonly Item<typeof note>[]
  readonly mark: readonly Item<typeof mark>[]
}

/** The id of the thing of that number. */
export function thingId(number: number): string {
  return `00000000-0000-7000-8000-${String(number).padStart(12, '0')}`
}

/** A thing; what is not told is null, or its default. */
export function thingRow(number: number, title: string, told: Partial<ThingRow> = {}): ThingRow {
  return {
    id: thingId(number),
    title,
    text: null,
    uuid: null,
    int: null,
    bigint: null,
    number: null,
    decimal: null,
    boolean: null,
    timestamp: null,
    date: null,
    json: null,
    choice: 'red',
    code: null,
    local: null,
    server_set: null,
    once: '',
    plain: '',
    parent_id: null,
    tag_name: null,
    place_country: null,
    place_number: null,
    pinned_number: null,
    ...told,
  }
}

/** A tag. */
export function tagRow(name: string, told: Partial<Item<typeof tag>> = {}): Item<typeof tag> {
  return { name, description: null, ...told }
}

/** A place. */
export function placeRow(country: string, number: number, title: string): Item<typeof place> {
  return { country, number, title }
}

/** A note on the thing of that number. */
export function noteRow(
  number: number,
  thing: number,
  text: string,
  stars: number,
): Item<typeof note> {
  return { number, everything_id: thingId(thing), text, stars }
}

/** A mark on the thing of that number. */
export function markRow(thing: number, tag_name: string, weight: number | null): Item<typeof mark> {
  return { everything_id: thingId(thing), tag_name, weight }
}

/** Follows joins among the rows, for `match`. */
export function rowsOf(rows: SampleRows): (join: Join, item: MatchItem) => readonly MatchItem[] {
  const all = new Map<string, readonly MatchItem[]>(Object.entries(rows))
  return ({ target, on }, item) =>
    (all.get(target) ?? []).filter((row) =>
      on.every(({ local, remote }) => item[local] !== null && item[local] === row[remote]),
    )
}

/** Puts rows into the tables of the sample resources, as they are, with SQL that no store knows of. */
export async function insertRows(database: Queryable, rows: SampleRows): Promise<void> {
  for (const { name, attributeNames } of samples.list) {
    const table = new Map<string, readonly MatchItem[]>(Object.entries(rows)).get(name) ?? []
    const told = table.map((row) =>
      attributeNames.includes('created_at') ? { created_at: TIME, updated_at: TIME, ...row } : row,
    )
    const names = attributeNames.map((attribute) => `"${attribute}"`).join()
    await database.query({
      text:
        `insert into "${name}" (${names}) overriding system value ` +
        `select ${names} from jsonb_populate_recordset(null::"${name}", $1::jsonb)`,
      values: [JSON.stringify(told)],
    })
  }
}

/** Takes all rows out of the tables of the sample resources. */
export async function deleteRows(database: Queryable): Promise<void> {
  for (const { name } of samples.list.toReversed()) {
    await database.query({ text: `delete from "${name}"`, values: [] })
  }
}
