/** A schema that grows: a resource before and after an attribute was added, and the migration between the two. */

import Type from 'typebox'
import type { Migration } from '../../framework/postgres/migrations.ts'
import { attribute } from '../../framework/resource/attribute.ts'
import { resources } from '../../framework/resource/registry.ts'
import { resource } from '../../framework/resource/resource.ts'
import { id } from '../../framework/resource/standard-attributes.ts'

/** The app's migration from `before` to `after`. */
export const ADD_TITLE: Migration = {
  number: 1,
  name: 'add title',
  sql: `alter table note add column title text collate "C";
    update note set title = 'of ' || id; -- the last line is a comment`,
}

const note = resource('note', { attributes: { id: id(), text: Type.String() } })
const noteWithTitle = resource('note', {
  attributes: { id: id(), text: Type.String(), title: attribute(Type.String()).nullable() },
})

/** A note with a text. */
export const before = resources({ note })

/** A note that may have a title. */
export const after = resources({ note: noteWithTitle })
