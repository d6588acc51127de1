/** That made-up values are what their attributes take. */
import t from 'tap'
import Type from 'typebox'
import {
  sampleCreate,
  sampleItem,
  sampleKey,
  sampleOf,
  sampleOfSchema,
  sampleResult,
  sampleUpdate,
} from '../../../framework/http/samples.ts'
import { attribute } from '../../../framework/resource/attribute.ts'
import { parseKey } from '../../../framework/resource/key.ts'
import { validatorOf } from '../../../framework/resource/validator.ts'
import { chat } from '../../kit/chat-resources.ts'
import { samples } from '../../kit/sample-resources.ts'
import { openServed } from '../../kit/services.ts'

t.test('an attribute of every kind has a value', (t) => {
  for (const [name, one] of Object.entries(samples.resources.everything.attributes)) {
    t.ok(validatorOf(one.schema).isValid(sampleOf(one)), name)
  }
  t.end()
})

t.test('what is declared goes first', (t) => {
  t.equal(sampleOf(attribute(Type.String({ examples: ['Hello'] }))), 'Hello')
  t.equal(sampleOf(attribute(Type.Integer()).default(7)), 7)
  t.equal(sampleOf(attribute(Type.Integer({ minimum: 5 }))), 5)
  t.equal(sampleOf(attribute(Type.String({ minLength: 8 }))), 'text tex')
  t.equal(sampleOf(attribute(Type.String({ maxLength: 2 }))), 'te')
  t.equal(
    sampleOf(attribute(Type.String({ pattern: '^x$' }))),
    'text',
    'a pattern can’t be guessed',
  )
  t.same(sampleOf(attribute(Type.Object({ a: Type.Boolean() }))), { a: true })
  t.end()
})

t.test('any schema has a value', (t) => {
  const schema = Type.Object({
    name: Type.String({ examples: ['tim'] }),
    kind: Type.Enum(['a', 'b']),
    more: Type.Unknown(),
    list: Type.Array(Type.String()),
  })
  t.same(sampleOfSchema(schema), { name: 'tim', kind: 'a', more: {}, list: [] })
  t.end()
})

t.test('an item shows what may be read, an input what may be sent as it stands', (t) => {
  const served = openServed(samples.resources.everything)
  const names = (sample: object): readonly string[] => Object.keys(sample)
  t.notOk(names(sampleItem(served)).includes('secret'))
  t.ok(names(sampleItem(served)).includes('server_set'))
  for (const sample of [sampleCreate(served), sampleUpdate(served)]) {
    t.ok(names(sample).includes('title'))
    t.same(
      names(sample).filter(
        (name) => /id$|tag_name|place_|pinned|server_set|secret|_at$/.test(name) && name !== 'uuid',
      ),
      [],
    )
  }
  t.ok(names(sampleCreate(openServed(chat.resources.post))).includes('room_id'), 'must be brought')
  t.end()
})

t.test('the key is that of the item', (t) => {
  for (const resource of Object.values(samples.resources)) {
    t.ok(parseKey(resource, sampleKey(resource)), resource.name)
    t.match(sampleResult(openServed(resource)), {
      key: sampleKey(resource),
      updatable: true,
      deletable: true,
    })
  }
  t.end()
})
