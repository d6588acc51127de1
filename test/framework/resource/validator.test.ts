/** Validators: faults with pointers, and no value told back. */

import t from 'tap'
import Type, { type TSchema } from 'typebox'
import { escapePointer, validatorOf } from '../../../framework/resource/validator.ts'
import { faultsOf } from '../../kit/faults.ts'

const SCHEMA = Type.Object(
  {
    text: Type.String({ maxLength: 3 }),
    count: Type.Integer({ minimum: 1 }),
    color: Type.Enum(['red', 'green']),
    size: Type.Union([Type.Literal('small'), Type.Literal('large')]),
    inner: Type.Array(Type.Object({ 'a/b~c': Type.Boolean() }, { additionalProperties: false })),
  },
  { additionalProperties: false },
)
const GOOD = { text: 'abc', count: 1, color: 'red', size: 'small', inner: [{ 'a/b~c': true }] }

const check = (value: unknown, schema: TSchema = SCHEMA, pointer?: string): readonly string[] =>
  faultsOf(() => validatorOf(schema).check(value, pointer))

t.test('what fits is valid', (t) => {
  t.ok(validatorOf(SCHEMA).isValid(GOOD))
  t.same(validatorOf(SCHEMA).faultsOf(GOOD), [])
  t.same(check(GOOD), [])
  t.end()
})

t.test('every fault is told, with its pointer below the one given', (t) => {
  const bad = {
    text: 'a secret',
    count: 0,
    color: 'a secret',
    size: 'a secret',
    extra: 'a secret',
  }
  t.notOk(validatorOf(SCHEMA).isValid(bad))
  const faults = check(bad, SCHEMA, '/item')
  for (const pointer of ['/item/text', '/item/count', '/item/color', '/item/size']) {
    t.ok(
      faults.some((fault) => fault.startsWith(`${pointer} must`)),
      pointer,
    )
  }
  t.ok(faults.includes('/item/extra is not known here'))
  t.notMatch(faults.join(), /a secret/)
  t.equal(new Set(faults).size, faults.length)
  t.end()
})

t.test('faults within lists and objects are pointed at', (t) => {
  t.same(check({ ...GOOD, inner: [{ 'a/b~c': 1 }] }), ['/inner/0/a~1b~0c must be boolean'])
  t.same(check({ ...GOOD, inner: [{ 'a/b~c': true, 'd/e': 1 }] }), [
    '/inner/0/d~1e is not known here',
  ])
  t.end()
})

t.test('what is missing is told by name', (t) => {
  const { text, ...rest } = GOOD
  t.equal(text, 'abc')
  t.same(check(rest), ['/text is required'])
  t.end()
})

t.test('names are escaped in pointers', (t) => {
  t.same(check({ ...GOOD, 'a/b': 1 }), ['/a~1b is not known here'])
  t.equal(escapePointer('a/b~c~1'), 'a~1b~0c~01')
  t.end()
})

t.test('the first of many faults are told', (t) => {
  const names = Array.from({ length: 100 }, (_, index) => [`a${index}`, 1] as const)
  t.same(
    check({ ...GOOD, ...Object.fromEntries(names) }),
    names.slice(0, 8).map(([name]) => `/${name} is not known here`),
  )
  t.ok(check(Array(100).fill('a'), Type.Array(Type.Integer())).length <= 20)
  t.end()
})

t.test('no wrong value is without a fault', (t) => {
  for (const schema of [Type.Never(), Type.Union([]), Type.Union([Type.Never(), Type.Never()])]) {
    t.ok(check('a', schema).length > 0, JSON.stringify(schema))
  }
  t.end()
})

t.test('a schema is compiled once', (t) => {
  t.equal(validatorOf(SCHEMA), validatorOf(SCHEMA))
  t.end()
})
