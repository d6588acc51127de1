/** Proves the types that follow from declarations: items, inputs, secrets, links, registries, filters and rules. */

import Type from 'typebox'
import { attribute } from '../../framework/resource/attribute.ts'
import { index } from '../../framework/resource/declared-index.ts'
import { rowOperands, where, type Operand } from '../../framework/filter/expression.ts'
import type {
  AttributeName,
  CreateInput,
  Item,
  LinkName,
  LinkShape,
  Secrets,
  ServerSetInput,
  TargetOf,
  UpdateInput,
} from '../../framework/resource/item.ts'
import { belongsTo, hasMany, manyToMany } from '../../framework/resource/link.ts'
import { resources } from '../../framework/resource/registry.ts'
import { resource, type Resource } from '../../framework/resource/resource.ts'
import { createdAt, id, reference, sequence } from '../../framework/resource/standard-attributes.ts'
import { accessRules } from '../../framework/security/access-rules.ts'
import { everything, samples, type mark, type note, type tag } from '../kit/sample-resources.ts'
import { same } from './same.ts'

type Everything = typeof everything
type Note = typeof note

// Items: all but secrets, with the types of their schemas.
same<
  Item<Note>,
  {
    readonly number: number
    readonly everything_id: string
    readonly text: string
    readonly stars: number
  }
>(true)
same<Item<Everything>['text'], string | null>(true)
same<Item<Everything>['bigint'], string | null>(true)
same<Item<Everything>['boolean'], boolean | null>(true)
same<Item<Everything>['choice'], 'red' | 'green' | 'blue'>(true)
same<Item<Everything>['json'], unknown>(true)
same<Item<Everything>['created_at'], string>(true)
same<'secret' extends keyof Item<Everything> ? true : false, false>(true)
same<AttributeName<Note>, 'number' | 'everything_id' | 'text' | 'stars'>(true)

// Creates: nothing generated; nullable and defaulted ones may be left out.
same<
  CreateInput<Note>,
  { readonly everything_id: string; readonly text: string; readonly stars?: number }
>(true)
same<CreateInput<typeof tag>, { readonly name: string; readonly description?: string | null }>(true)
const least: CreateInput<Everything> = { title: 'a' }
const chosen: CreateInput<Everything> = { title: 'a', id: 'x', once: 'b', choice: 'red' }
// @ts-expect-error the title is missing
const untitled: CreateInput<Everything> = { text: 'a' }
// @ts-expect-error the store makes it
const dated: CreateInput<Everything> = { title: 'a', created_at: 'now' }
// @ts-expect-error a secret is in no input
const told: CreateInput<Everything> = { title: 'a', secret: 'b' }
// @ts-expect-error no such choice
const chosenWrong: CreateInput<Everything> = { title: 'a', choice: 'yellow' }

// Updates: only what may change, all of it optional.
same<
  UpdateInput<Note>,
  { readonly everything_id?: string; readonly text?: string; readonly stars?: number }
>(true)
same<UpdateInput<typeof mark>, { readonly weight?: number | null }>(true)
same<'once' extends keyof UpdateInput<Everything> ? true : false, false>(true)
same<'server_set' extends keyof UpdateInput<Everything> ? true : false, false>(true)

// Secrets and what only the server sets.
same<Secrets<Everything>, { readonly secret: string | null }>(true)
same<keyof Secrets<Note>, never>(true)
same<ServerSetInput<Note>, { readonly number?: number }>(true)
same<
  ServerSetInput<Everything>,
  {
    readonly secret?: string | null
    readonly server_set?: string | null
    readonly created_at?: string
    readonly updated_at?: string
  }
>(true)

// Links: where they lead, and to how much.
type Samples = (typeof samples)['resources']
type Links = Everything['links']
same<LinkName<Note>, 'everything'>(true)
same<
  LinkName<Everything>,
  'parent' | 'tag' | 'place' | 'pinned' | 'note' | 'children' | 'child_count' | 'marks'
>(true)
same<TargetOf<Samples, Links['marks']>, typeof tag>(true)
same<TargetOf<Samples, Links['parent']>, Everything>(true)
same<LinkShape<Links['parent']>, 'one'>(true)
same<LinkShape<Links['note']>, 'one'>(true)
same<LinkShape<Links['children']>, 'many'>(true)
same<LinkShape<Links['marks']>, 'many'>(true)
same<LinkShape<Links['child_count']>, 'count'>(true)

/** Declarations that are wrong, each by one thing. Never run. */
export function wrongDeclarations(): void {
  const attributes = { id: id(), text: Type.String(), other_id: reference('x') }
  // @ts-expect-error no such attribute
  resource('x', { attributes, key: 'unheard' })
  // @ts-expect-error no such attribute
  resource('x', { attributes, key: ['id', 'unheard'] })
  // @ts-expect-error no such attribute
  resource('x', { attributes, label: 'unheard' })
  // @ts-expect-error no such attribute
  resource('x', { attributes, indexes: [index('text', 'unheard')] })
  // @ts-expect-error no such attribute
  resource('x', { attributes, links: { other: belongsTo('x', 'unheard') } })
  // @ts-expect-error an attribute is a schema, or made of one
  resource('x', { attributes: { id: 'uuid' } })
  // @ts-expect-error no such option
  resource('x', { attributes, security: 'none' })

  const x = resource('x', {
    attributes,
    links: { other: belongsTo('x', 'other_id'), y: hasMany('y', 'x_id') },
  })
  // @ts-expect-error x.y: there is no resource 'y'
  resources({ x })
  const z = resource('z', {
    attributes,
    links: { xs: manyToMany('unheard', { through: 'x', from: 'id', to: 'id' }) },
  })
  // @ts-expect-error z.xs: there is no resource 'unheard'
  resources({ z })
  // @ts-expect-error y.other: there is no resource 'x'
  resources({
    y: resource('y', { attributes, links: { other: belongsTo('x', 'other_id') } }),
  })

  // @ts-expect-error the default is of another type
  attribute(Type.Integer()).default('1')
  // @ts-expect-error no such operator
  attribute(Type.String()).operatorsOnly('regex')
  // @ts-expect-error there is nothing to choose
  id({ server: true })
}

// What methods say is in the types, in whatever order it is said.
const flags = resource('flags', {
  attributes: {
    number: sequence(),
    bare: Type.Integer(),
    nullable: attribute(Type.String()).nullable(),
    defaulted: attribute(Type.String()).default('a'),
    both: attribute(Type.Boolean()).default(true).immutable(),
    hidden: attribute(Type.Array(Type.String())).nullable().secret(),
    server: attribute(Type.Number()).serverSet().nullable(),
    made: createdAt(),
  },
  key: 'number',
})
same<
  Item<typeof flags>,
  {
    readonly number: number
    readonly bare: number
    readonly nullable: string | null
    readonly defaulted: string
    readonly both: boolean
    readonly server: number | null
    readonly made: string
  }
>(true)
same<
  CreateInput<typeof flags>,
  {
    readonly bare: number
    readonly nullable?: string | null
    readonly defaulted?: string
    readonly both?: boolean
  }
>(true)
same<
  UpdateInput<typeof flags>,
  {
    readonly bare?: number
    readonly nullable?: string | null
    readonly defaulted?: string
  }
>(true)
same<Secrets<typeof flags>, { readonly hidden: string[] | null }>(true)
same<(typeof flags)['attributes']['bare']['createMode'], 'required' | 'optional' | 'never'>(true)

// Resources may be declared where they are gathered, with links or without.
const inline = resources({
  book: resource('book', {
    attributes: { id: id(), shelf_name: reference('shelf', Type.String()).nullable() },
    links: { shelf: belongsTo('shelf', 'shelf_name') },
  }),
  shelf: resource('shelf', { attributes: { name: Type.String() }, key: 'name' }),
})
type Inline = (typeof inline)['resources']
same<Item<Inline['book']>, { readonly id: string; readonly shelf_name: string | null }>(true)
same<LinkName<Inline['book']>, 'shelf'>(true)
same<TargetOf<Inline, Inline['book']['links']['shelf']>, Inline['shelf']>(true)
same<LinkShape<Inline['book']['links']['shelf']>, 'one'>(true)
same<Item<Inline['shelf']>, { readonly name: string }>(true)
same<LinkName<Inline['shelf']>, never>(true)

/** Any resource is a resource. */
const general: readonly Resource[] = [everything, flags]

const given = rowOperands(samples, 'everything').id.exists()
// Filters in code know the types of attributes and links.
where(samples, 'everything', (row) => {
  same<typeof row.int, Operand<number | null>>(true)
  same<typeof row.secret, Operand<string | null>>(true)
  same<'unheard' extends keyof typeof row ? true : false, false>(true)
  // @ts-expect-error of another type
  row.int.eq('1')
  // @ts-expect-error nothing is equal to null: ask with exists()
  row.int.eq(null)
  // @ts-expect-error no such choice
  row.choice.oneof('red', 'yellow')
  return row.tag.some((tag) => {
    same<typeof tag.name, Operand<string>>(true)
    // @ts-expect-error of another type
    tag.name.eq(1)
    return tag.tagged.some((thing) => thing.int.gt(1))
  })
})
// @ts-expect-error no such resource
where(samples, 'unheard', () => given)

// Rules know the caller and the row besides.
accessRules(samples, 'everything', ({ row, before, me, anyone }) => {
  // Where links led before is gone.
  same<'tag' extends keyof typeof before ? true : false, false>(true)
  same<'tag' extends keyof typeof row ? true : false, true>(true)
  // @ts-expect-error a scope is no value
  row.text.eq(me.scope('admin'))
  row.tag.some((tag) => {
    same<'text' extends keyof typeof tag ? true : false, false>(true)
    return tag.name.eq(me.id)
  })
  return {
    read: anyone,
    update: row.uuid.eq(me.id).and(before.int.ne(1)),
    attributes: { secret: { update: anyone }, text: { read: me.authenticated } },
    sets: { uuid: me.id, int: 1 },
  }
})
// @ts-expect-error no such attribute
accessRules(samples, 'tag', ({ anyone }) => ({ attributes: { unheard: { read: anyone } } }))
// @ts-expect-error no such attribute
accessRules(samples, 'tag', ({ me }) => ({ sets: { unheard: me.id } }))
// @ts-expect-error no such operation
accessRules(samples, 'tag', ({ anyone }) => ({ write: anyone }))

/** So that nothing above is unused. */
export const EXAMPLES = [least, chosen, untitled, dated, told, chosenWrong, general, inline]
