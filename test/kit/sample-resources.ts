/** Resources for tests: every column type, every kind of key, every kind of link and every `onDelete`. */

import Type from 'typebox'
import { attribute } from '../../framework/resource/attribute.ts'
import { index, uniqueIndex } from '../../framework/resource/declared-index.ts'
import { belongsTo, hasCount, hasMany, hasOne, manyToMany } from '../../framework/resource/link.ts'
import { resources } from '../../framework/resource/registry.ts'
import { resource } from '../../framework/resource/resource.ts'
import {
  bigint,
  createdAt,
  date,
  decimal,
  id,
  reference,
  sequence,
  timestamp,
  updatedAt,
} from '../../framework/resource/standard-attributes.ts'
import { INT32, UUID } from '../../framework/resource/wire-schemas.ts'

const NAME = Type.String({ minLength: 1, maxLength: 64 })

/** The key is a string that clients choose. */
export const tag = resource('tag', {
  attributes: {
    name: attribute(NAME).immutable(),
    description: attribute(Type.String({ maxLength: 4000 })).nullable(),
  },
  key: 'name',
  links: {
    tagged: hasMany('everything', 'tag_name'),
    marked: manyToMany('everything', { through: 'mark', from: 'tag_name', to: 'everything_id' }),
  },
})

/** The key is of two attributes that clients choose. */
export const place = resource('place', {
  attributes: {
    country: attribute(Type.String({ minLength: 2, maxLength: 64 })).immutable(),
    number: attribute(INT32).immutable(),
    title: Type.String({ maxLength: 4000 }),
  },
  key: ['country', 'number'],
  links: {
    things: hasMany('everything', ['place_country', 'place_number']),
    thing_count: hasCount('everything', ['place_country', 'place_number']),
  },
  label: 'title',
})

/** The key is counted up by the database; at most one note stands on a thing. */
export const note = resource('note', {
  attributes: {
    number: sequence(),
    everything_id: reference('everything').unique(),
    text: Type.String({ maxLength: 4000 }),
    stars: attribute(INT32).default(0),
  },
  key: 'number',
  links: { everything: belongsTo('everything', 'everything_id', { onDelete: 'cascade' }) },
})

/** Joins things and tags; its key is made of both references. */
export const mark = resource('mark', {
  attributes: {
    everything_id: reference('everything').immutable(),
    tag_name: reference('tag', NAME).immutable(),
    weight: attribute(INT32).nullable(),
  },
  key: ['everything_id', 'tag_name'],
  links: {
    everything: belongsTo('everything', 'everything_id', { onDelete: 'cascade' }),
    tag: belongsTo('tag', 'tag_name', { onDelete: 'cascade' }),
  },
  indexes: [index('tag_name')],
})

/** Has each kind of column, and what else an attribute can be. Only `title` must be given. */
export const everything = resource('everything', {
  description: 'One of each.',
  attributes: {
    id: id({ client: true }),
    title: Type.String({ minLength: 1, maxLength: 200 }),
    text: attribute(Type.String({ maxLength: 4000 })).nullable(),
    uuid: attribute(UUID).nullable(),
    int: attribute(INT32).nullable(),
    bigint: bigint().nullable(),
    number: attribute(Type.Number()).nullable(),
    decimal: decimal().nullable(),
    boolean: attribute(Type.Boolean()).nullable(),
    timestamp: timestamp().nullable(),
    date: date().nullable(),
    json: attribute(Type.Unknown()).nullable(),
    choice: attribute(Type.Enum(['red', 'green', 'blue'])).default('red'),
    code: attribute(Type.String({ maxLength: 40 }))
      .nullable()
      .unique(),
    local: attribute(Type.String({ maxLength: 4000 }))
      .nullable()
      .collated('und-x-icu'),
    secret: attribute(Type.String({ maxLength: 512 }))
      .nullable()
      .secret(),
    server_set: attribute(Type.String()).nullable().serverSet(),
    once: attribute(Type.String()).default('').immutable(),
    plain: attribute(Type.String())
      .default('')
      .unsortable()
      .unsearchable()
      .operatorsOnly('eq', 'exists'),
    parent_id: reference('everything').nullable(),
    tag_name: reference('tag', NAME).nullable(),
    place_country: attribute(Type.String({ minLength: 2, maxLength: 64 })).nullable(),
    place_number: attribute(INT32).nullable(),
    pinned_number: reference('note', INT32).nullable(),
    created_at: createdAt(),
    updated_at: updatedAt(),
  },
  links: {
    parent: belongsTo('everything', 'parent_id', { onDelete: 'cascade' }),
    tag: belongsTo('tag', 'tag_name', { onDelete: 'nullify' }),
    place: belongsTo('place', ['place_country', 'place_number']),
    pinned: belongsTo('note', 'pinned_number', { onDelete: 'ignore' }),
    note: hasOne('note', 'everything_id'),
    children: hasMany('everything', 'parent_id'),
    child_count: hasCount('everything', 'parent_id'),
    marks: manyToMany('tag', { through: 'mark', from: 'everything_id', to: 'tag_name' }),
  },
  indexes: [index('created_at'), uniqueIndex('place_country', 'place_number', 'title')],
  label: 'title',
  summary: 'text',
})

/** All of them. */
export const samples = resources({ everything, tag, place, note, mark })
