/** Declarations of resources: what they become, and the sentences that wrong ones are refused with. */

import t from 'tap'
import Type from 'typebox'
import { attribute, createAttribute } from '../../../framework/resource/attribute.ts'
import { index } from '../../../framework/resource/declared-index.ts'
import { belongsTo } from '../../../framework/resource/link.ts'
import { attributeOrThrow, findAttribute, resource } from '../../../framework/resource/resource.ts'
import { bigint, id, reference } from '../../../framework/resource/standard-attributes.ts'
import { everything, mark, place, tag } from '../../kit/sample-resources.ts'

const TEXT = Type.String()

t.test('what is not said has its default', (t) => {
  const plain = resource('plain', { attributes: { id: id() } })
  t.match(plain, {
    name: 'plain',
    attributeNames: ['id'],
    key: ['id'],
    links: {},
    indexes: [],
    label: undefined,
    summary: undefined,
    description: undefined,
    batchSize: 100,
    requiresIfMatch: false,
  })
  t.end()
})

t.test('what is said is kept', (t) => {
  const told = resource('told', {
    attributes: { a: TEXT, b: attribute(TEXT).immutable() },
    key: ['b', 'a'],
    links: { self: belongsTo('told', ['a', 'b']) },
    indexes: [index('a')],
    label: 'a',
    summary: 'b',
    description: 'Told.',
    batchSize: 7,
    requiresIfMatch: true,
  })
  t.strictSame(told.key, ['b', 'a'])
  t.strictSame(Object.keys(told.links), ['self'])
  t.strictSame(told.indexes, [index('a')])
  t.match(told, {
    label: 'a',
    summary: 'b',
    description: 'Told.',
    batchSize: 7,
    requiresIfMatch: true,
  })
  t.equal(told.attributes.a.schema, TEXT)
  t.equal(told.attributes.a.createMode, 'required')
  t.end()
})

t.test('a resource is frozen', (t) => {
  for (const part of [
    everything,
    everything.attributes,
    everything.attributeNames,
    everything.key,
    everything.links,
    everything.indexes,
  ]) {
    t.ok(Object.isFrozen(part))
  }
  t.end()
})

t.test('keys of one and of several attributes', (t) => {
  t.strictSame(tag.key, ['name'])
  t.strictSame(place.key, ['country', 'number'])
  t.strictSame(mark.key, ['everything_id', 'tag_name'])
  t.end()
})

/** Each with the sentence that it is refused with. */
const WRONG: readonly (readonly [string, () => unknown])[] = [
  ["The name of resource 'Message' must be snake_case (a-z, 0-9, single _), at most 40 characters.", () => resource('Message', { attributes: { id: id() } })],
  ["The name of resource 'a__b' must be snake_case (a-z, 0-9, single _), at most 40 characters.", () => resource('a__b', { attributes: { id: id() } })],
  ["The name of resource 'a_' must be snake_case (a-z, 0-9, single _), at most 40 characters.", () => resource('a_', { attributes: { id: id() } })],
  ["The name of resource '1a' must be snake_case (a-z, 0-9, single _), at most 40 characters.", () => resource('1a', { attributes: { id: id() } })],
  [`The name of resource '${'a'.repeat(41)}' must be snake_case (a-z, 0-9, single _), at most 40 characters.`, () => resource('a'.repeat(41), { attributes: { id: id() } })],
  ["The name of resource 'filter' is a word that the API uses itself. Choose another.", () => resource('filter', { attributes: { id: id() } })],
  ['x.createdAt: the name of an attribute must be snake_case (a-z, 0-9, single _), at most 40 characters.', () => resource('x', { attributes: { id: id(), createdAt: TEXT } })],
  ['x.query: the name of an attribute is a word that the API uses itself. Choose another.', () => resource('x', { attributes: { id: id(), query: TEXT } })],
  ['x.or: the name of a link is a word that the API uses itself. Choose another.', () => resource('x', { attributes: { id: id() }, links: { or: belongsTo('x', 'id') } })],
  ['x.id is a link and an attribute. Rename one: includes would collide.', () => resource('x', { attributes: { id: id() }, links: { id: belongsTo('x', 'id') } })],
  ['x: the key names no attribute.', () => resource('x', { attributes: { id: id() }, key: [] })],
  ["x: key names 'id', which is no attribute. There are text.", () => resource('x', { attributes: { text: TEXT } })],
  ["x.id: a key attribute can't be nullable.", () => resource('x', { attributes: { id: attribute(TEXT).nullable() } })],
  ["x.id: a key attribute can't be secret.", () => resource('x', { attributes: { id: attribute(TEXT).secret() } })],
  ["x.id: a json can't be a key, it has no exact equality.", () => resource('x', { attributes: { id: Type.Object({}) } })],
  ["x.id: a number can't be a key, it has no exact equality.", () => resource('x', { attributes: { id: Type.Number() } })],
  ["x.secret: a secret can't be label or summary.", () => resource('x', { attributes: { id: id(), secret: attribute(TEXT).secret() }, label: 'secret' })],
  ["x.secret: a secret can't be label or summary.", () => resource('x', { attributes: { id: id(), secret: attribute(TEXT).secret() }, summary: 'secret' })],
  ['x.parent_id: link parent nullifies it on delete, so it must be nullable().', () => resource('x', { attributes: { id: id(), parent_id: reference('x') }, links: { parent: belongsTo('x', 'parent_id', { onDelete: 'nullify' }) } })],
  ['x: batchSize must be a whole number from 1 to 1000, not 0.', () => resource('x', { attributes: { id: id() }, batchSize: 0 })],
  ['x: batchSize must be a whole number from 1 to 1000, not 1001.', () => resource('x', { attributes: { id: id() }, batchSize: 1001 })],
  ['x: batchSize must be a whole number from 1 to 1000, not 1.5.', () => resource('x', { attributes: { id: id() }, batchSize: 1.5 })],
  ['x.text: optional on create needs a default, a generator or nullable().', () => resource('x', { attributes: { id: id(), text: createAttribute({ ...attribute(TEXT), createMode: 'optional' }) } })],
  ['x.count: its default is no value of its schema.', () => resource('x', { attributes: { id: id(), count: attribute(Type.Integer({ minimum: 1 })).default(0) } })],
  ["x.count: a bigint has no operator 'contains'. It has eq, ne, oneof, exists, not_exists, lt, lte, gt, gte.", () => resource('x', { attributes: { id: id(), count: bigint().operatorsOnly('eq', 'contains') } })],
  ['x.count: only text has a collation.', () => resource('x', { attributes: { id: id(), count: bigint().collated('und-x-icu') } })],
] // prettier-ignore

t.test('a wrong declaration is refused with a sentence that names it', (t) => {
  for (const [message, declare] of WRONG)
    t.throws(declare, { name: 'DeclarationError', message }, message)
  t.throws(() => resource('x', { attributes: { id: id(), text: Type.Null() } }), {
    name: 'DeclarationError',
    message:
      /^x\.text: The schema of an attribute must be a string, .* use attribute\(schema\)\.nullable\(\)/,
  })
  t.end()
})

t.test('a default of null is one of a nullable attribute', (t) => {
  const text = createAttribute({
    ...attribute(TEXT).nullable(),
    onCreate: { kind: 'value', value: null },
  })
  t.doesNotThrow(() => resource('x', { attributes: { id: id(), text } }))
  t.end()
})

t.test('attributes are found by name, and what objects inherit is none', (t) => {
  t.equal(findAttribute(everything, 'text'), everything.attributes.text)
  for (const name of ['unheard', 'constructor', '__proto__', ''])
    t.equal(findAttribute(everything, name), undefined, name)
  t.equal(attributeOrThrow(tag, 'name', 'label'), tag.attributes.name)
  t.throws(() => attributeOrThrow(tag, 'toString', 'label'), {
    name: 'DeclarationError',
    message: "tag: label names 'toString', which is no attribute. There are name, description.",
  })
  t.end()
})
