/** The extensions of PostgreSQL that the declared indexes need. */

import type { Registry } from '../resource/registry.ts'
import type { Queryable } from './database.ts'

/** The names of all that the resources need. PGlite is started with each that can be among them. */
export function extensionsOf({ list }: Registry): readonly string[] {
  const usesTrigrams = list.some(({ indexes }) =>
    indexes.some(({ method }) => method === 'trigram'),
  )
  return usesTrigrams ? ['pg_trgm'] : []
}

/** Those that the database does not have yet. */
export async function missingExtensions(
  queryable: Queryable,
  names: readonly string[],
): Promise<readonly string[]> {
  if (names.length === 0) return []
  const { rows } = await queryable.query({ text: 'select extname from pg_extension', values: [] })
  const present = new Set(rows.map(([name]) => name))
  return names.filter((name) => !present.has(name))
}

/** SQL that adds an extension; its error tells who may. */
export function addExtensionSql(name: string): string {
  return `
do $extension$ begin
  create extension if not exists ${name};
exception
  when insufficient_privilege then
    raise exception 'an index needs the extension ${name}, and the role % may not add it: let its owner run "create extension ${name}" in this database, or grant it create on it', current_user;
  when undefined_file or feature_not_supported then
    raise exception 'an index needs the extension ${name}, and this server does not have it: install the contrib modules of PostgreSQL';
end $extension$`
}
