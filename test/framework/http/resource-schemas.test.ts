/** That schemas say of a resource what its stores take and answer. */
import t from 'tap'
import { Compile } from 'typebox/schema'
import Type from 'typebox'
import {
  operandSchema,
  resourceSchemas,
  schemaRef,
  toJsonSchema,
  updatableNames,
  valueSchema,
} from '../../../framework/http/resource-schemas.ts'
import { attribute } from '../../../framework/resource/attribute.ts'
import type { ServedResource } from '../../../framework/http/served.ts'
import { NONE } from '../../../framework/filter/filter.ts'
import { samples } from '../../kit/sample-resources.ts'
import { openServed } from '../../kit/services.ts'

const served = new Map(Object.values(samples.resources).map((one) => [one.name, openServed(one)]))
const { everything, place } = samples.resources
const schemas = Object.assign(
  {},
  ...[...served.values()].map((one) => resourceSchemas(one, { served })),
) as Record<string, Record<string, unknown>>
const accepts = (name: string, value: unknown): boolean =>
  Compile({ $ref: `#/components/schemas/${name}`, components: { schemas } }).Check(value)

t.test(
  'an item has every readable attribute, links when they are included, and nothing else',
  (t) => {
    const item = { country: 'de', number: 1, title: 'x' }
    t.ok(accepts('place_item', item))
    t.ok(
      accepts('place_item', {
        ...item,
        thing_count: 2,
        things: { results: [], next_page_key: null },
      }),
    )
    for (const wrong of [
      { ...item, number: '1' },
      { ...item, more: 1 },
      { country: 'de', number: 1 },
      { ...item, title: null },
    ]) {
      t.notOk(accepts('place_item', wrong))
    }
    t.ok(
      accepts('note_item', {
        number: 1,
        everything_id: '9b38eb94-573f-43d6-a9e7-910757ce3f54',
        text: '',
        stars: 0,
        everything: null,
      }),
    )
    t.notMatch(JSON.stringify(schemas['everything_item']), 'secret')
    t.end()
  },
)

t.test('a result and a page are as they are answered', (t) => {
  const result = {
    key: 'k',
    item: { country: 'de', number: 1, title: 'x' },
    updatable: true,
    deletable: false,
  }
  t.ok(accepts('place_result', result))
  t.ok(accepts('place_page', { results: [result], next_page_key: 'x', creatable: true }))
  t.ok(accepts('place_linked_page', { results: [result], next_page_key: null }))
  t.notOk(accepts('place_page', { results: [result], next_page_key: null }))
  t.notOk(accepts('place_result', { ...result, version: 1 }))
  t.end()
})

t.test('a create takes what must and may be brought', (t) => {
  t.ok(accepts('everything_create', { title: 'x' }))
  t.ok(
    accepts('everything_create', {
      title: 'x',
      int: null,
      choice: 'blue',
      id: '9b38eb94-573f-43d6-a9e7-910757ce3f54',
    }),
  )
  for (const wrong of [
    {},
    { title: '' },
    { title: null },
    { title: 'x', server_set: 'x' },
    { title: 'x', secret: 'x' },
    { title: 'x', created_at: '2026-01-01T00:00:00Z' },
    { title: 'x', choice: null },
  ]) {
    t.notOk(accepts('everything_create', wrong), JSON.stringify(wrong))
  }
  t.match(schemas['everything_create'], {
    required: ['title'],
    properties: { choice: { default: 'red' } },
  })
  t.end()
})

t.test('an update takes what may change, and a key never does', (t) => {
  t.ok(accepts('everything_update', {}))
  t.ok(accepts('everything_update', { text: null }))
  for (const wrong of [{ id: 'x' }, { once: 'x' }, { title: null }])
    t.notOk(accepts('everything_update', wrong))
  t.same(updatableNames(openServed(place)), ['title'])
  t.end()
})

t.test('a filter is the whole algebra', (t) => {
  const good = [
    {},
    { text: { contains: 'a' } },
    { int: { oneof: [1], gt: 2 } },
    { or: [{ none: true }], not: { query: 'a b' } },
    { tag: { name: { eq: 'x' } }, marks: { tagged: {} } },
  ]
  for (const filter of good) t.ok(accepts('everything_filter', filter), JSON.stringify(filter))
  for (const filter of [
    { nothing: {} },
    { text: 'a' },
    { text: { near: 1 } },
    { secret: { eq: 'x' } },
    { child_count: {} },
    { json: { gt: 1 } },
    { none: false },
  ]) {
    t.notOk(accepts('everything_filter', filter), JSON.stringify(filter))
  }
  t.end()
})

t.test('what only some may read is not always there', (t) => {
  const open = openServed(place)
  const anonymous = {
    ...open.anonymous,
    attributes: {
      ...open.anonymous.attributes,
      title: { readable: NONE, creatable: NONE, updatable: NONE },
    },
  }
  const partly: ServedResource = { ...open, anonymous }
  t.match(resourceSchemas(partly, { served })['place_item'], { required: ['country', 'number'] })
  const outline = {
    ...open.outline,
    attributes: {
      ...open.outline.attributes,
      title: { readable: false, creatable: false, updatable: false },
    },
  }
  t.notMatch(JSON.stringify(resourceSchemas({ ...open, outline }, { served: new Map() })), 'title')
  t.end()
})

t.test('null is a type beside the others', (t) => {
  t.match(valueSchema(attribute(Type.Integer({ minimum: 1 })).nullable()), {
    type: ['integer', 'null'],
    minimum: 1,
  })
  t.same(valueSchema(attribute(Type.Enum(['a'])).nullable()), {
    anyOf: [{ enum: ['a'] }, { type: 'null' }],
  })
  t.same(valueSchema(attribute(Type.Boolean())), { type: 'boolean' })
  t.same(toJsonSchema(Type.Optional(Type.String())), { type: 'string' })
  t.same(schemaRef(everything, 'item'), { $ref: '#/components/schemas/everything_item' })
  t.same(operandSchema('exists', 'json'), { type: 'boolean' })
  t.match(operandSchema('oneof', 'int'), { type: 'array', items: { type: 'integer' } })
  t.end()
})
