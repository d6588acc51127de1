/** That a table has the indexes it was asked for and those its foreign keys need, and none that its values outgrow. */
import t from 'tap'
import Type from 'typebox'
import { indexesOf } from '../../../framework/postgres/table-index.ts'
import { attribute, type Attribute } from '../../../framework/resource/attribute.ts'
import {
  index,
  textIndex,
  trigramIndex,
  uniqueIndex,
} from '../../../framework/resource/declared-index.ts'
import { resources } from '../../../framework/resource/registry.ts'
import { resource } from '../../../framework/resource/resource.ts'
import { decimal, id, reference } from '../../../framework/resource/standard-attributes.ts'
import { samples } from '../../kit/sample-resources.ts'

const indexesIn = (
  name: keyof typeof samples.resources,
): readonly (readonly [string, string])[] => {
  const declared = samples.resource(name)
  return indexesOf(declared, samples.foreignKeysOf(declared)).map(({ name, attributes }) => [
    name,
    attributes.join(),
  ])
}

const withText = (text: Attribute) => () =>
  indexesOf(resource('thing', { attributes: { id: id(), text } }), [])

t.test('a plain index ends with the key, as the order of every page does', (t) => {
  t.same(indexesIn('mark'), [['mark_tag_name_idx', 'tag_name,everything_id']])
  t.end()
})

t.test('each foreign key that no index begins with gets one', (t) => {
  t.same(indexesIn('everything'), [
    ['everything_code_key', 'code'],
    ['everything_place_country_place_number_title_key', 'place_country,place_number,title'],
    ['everything_created_at_idx', 'created_at,id'],
    ['everything_parent_id_idx', 'parent_id,id'],
    ['everything_tag_name_idx', 'tag_name,id'],
  ])
  t.same(indexesIn('note'), [['note_everything_id_key', 'everything_id']])
  t.end()
})

t.test('what is asked for twice is made once', (t) => {
  const user = resource('user', { attributes: { id: id() } })
  const post = resource('post', {
    attributes: { id: id(), user_id: reference('user').unique() },
    indexes: [
      uniqueIndex('user_id'),
      uniqueIndex('id'),
      index('user_id', 'id'),
      index('user_id', 'id'),
    ],
  })
  const names = indexesOf(post, resources({ user, post }).foreignKeysOf(post)).map(
    ({ name }) => name,
  )
  t.same(names, ['post_user_id_key', 'post_user_id_id_idx'])
  t.end()
})

t.test('indexed text must be bounded so that every value fits', (t) => {
  const fits = [
    Type.String({ maxLength: 600 }),
    Type.Enum(['a', 'b']),
    Type.Literal('a'),
    Type.Union([Type.Literal('a'), Type.String({ maxLength: 20 })]),
  ]
  for (const schema of fits) t.doesNotThrow(withText(attribute(schema).unique()))
  const unfit = [
    Type.String(),
    Type.String({ maxLength: 700 }),
    Type.Union([Type.Literal('a'), Type.String()]),
  ]
  for (const schema of unfit)
    t.throws(withText(attribute(schema).unique()), /thing\.text: .* Give text a maxLength/)
  t.doesNotThrow(withText(attribute(Type.String())))
  t.end()
})

t.test('all values of one index have to fit together, the key included', (t) => {
  const half = Type.String({ maxLength: 330 })
  const attributes = { id: id(), one: half, two: half, price: decimal(), other: decimal() }
  const fits = resource('thing', { attributes, indexes: [index('one', 'two')] })
  t.doesNotThrow(() => indexesOf(fits, []))
  const unfit = resource('thing', { attributes, indexes: [index('one', 'two', 'price')] })
  t.throws(() => indexesOf(unfit, []), /thing\.one, two, price, id: .* maxLength/)
  const longKey = resource('thing', { attributes: { name: Type.String() }, key: 'name' })
  t.throws(() => indexesOf(longKey, []), /thing\.name: .* maxLength/)
  t.end()
})

t.test('json is in no index', (t) => {
  const json = resource('thing', {
    attributes: { id: id(), tags: Type.Array(Type.String()) },
    indexes: [index('tags')],
  })
  t.throws(() => indexesOf(json, []), /thing\.tags, id: json has no order/)
  t.end()
})

t.test('an index for searching holds texts that a plain one has no room for', (t) => {
  const attributes = { id: id(), text: Type.String({ maxLength: 50_000 }), size: Type.Integer() }
  const indexes = [trigramIndex('text'), textIndex('text')] as const
  const declared = indexesOf(resource('thing', { attributes, indexes }), [])
  t.same(
    declared.map(({ name, attributes }) => [name, attributes]),
    [
      ['thing_text_trigram_idx', ['text']],
      ['thing_text_text_idx', ['text']],
    ],
  )
  for (const wrong of [trigramIndex('size'), textIndex('size')]) {
    const numbers = resource('thing', { attributes, indexes: [wrong] })
    t.throws(() => indexesOf(numbers, []), /thing\.size: it is no text/)
  }
  const endless = { id: id(), text: Type.String() }
  const words = resource('thing', { attributes: endless, indexes: [textIndex('text')] })
  t.throws(() => indexesOf(words, []), /thing\.text: .* maxLength of at most/)
  const parts = resource('thing', { attributes: endless, indexes: [trigramIndex('text')] })
  t.doesNotThrow(() => indexesOf(parts, []))
  t.end()
})
