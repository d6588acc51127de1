/** The types of tables for an app's own queries, inferred from declarations. Types only. */

import type { ColumnType } from 'kysely'
import type { CreateInput, Item, ResourceMap, Secrets } from '../resource/item.ts'
import type { Registry } from '../resource/registry.ts'
import type { Resource } from '../resource/resource.ts'

/** The tables of gathered resources, for Kysely: `Kysely<DatabaseOf<typeof registry>>`. */
export type DatabaseOf<R extends Registry> =
  R extends Registry<infer M extends ResourceMap>
    ? { readonly [N in keyof M]: TableOf<M[N]> }
    : never

/**
 * The table of one resource. Values are in wire form, secrets included. An insert may leave out what a create may leave out; but
 * generators and defaults run in stores alone, so what is left out here is null, or counted by the database, or refused by it.
 */
export type TableOf<R extends Resource> = TableOfRow<Item<R> & Secrets<R>, CreateInput<R>>

type TableOfRow<Row, Create> = {
  readonly [K in keyof Row]: ColumnType<
    Row[K],
    K extends RequiredName<Create> ? Row[K] : Row[K] | undefined,
    Row[K]
  >
} & {
  /** Set by the database on every write. */
  readonly _version: ColumnType<string, never, never>
}

type RequiredName<T> = {
  [K in keyof T]-?: object extends Pick<T, K> ? never : K
}[keyof T]
