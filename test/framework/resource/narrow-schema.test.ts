/** Schemas let no more through than their columns hold. */

import t from 'tap'
import Type from 'typebox'
import { DeclarationError } from '../../../framework/errors.ts'
import { narrowSchema } from '../../../framework/resource/narrow-schema.ts'
import { validatorOf } from '../../../framework/resource/validator.ts'
import {
  DATE,
  INT32,
  MAX_INT,
  MIN_INT,
  TIMESTAMP,
  UUID,
} from '../../../framework/resource/wire-schemas.ts'

t.test('integers are of 32 bits', (t) => {
  t.strictSame(
    { ...narrowSchema(Type.Integer({ description: 'How many.' }), 'int') },
    {
      type: 'integer',
      description: 'How many.',
      minimum: MIN_INT,
      maximum: MAX_INT,
    },
  )
  t.match(narrowSchema(Type.Integer({ minimum: 0 }), 'int'), { minimum: 0, maximum: MAX_INT })
  t.match(narrowSchema(Type.Integer({ minimum: -1e12, maximum: 1e12 }), 'int'), {
    minimum: MIN_INT,
    maximum: MAX_INT,
  })
  t.match(narrowSchema(Type.Integer({ maximum: 5n }), 'int'), { minimum: MIN_INT, maximum: 5 })
  const validator = validatorOf(narrowSchema(Type.Integer({ multipleOf: 2 }), 'int'))
  t.ok(validator.isValid(2))
  for (const value of [3, 2 ** 31, 2 ** 40]) t.notOk(validator.isValid(value), `${value}`)
  t.end()
})

t.test('formats are as on the wire', (t) => {
  const uuid = narrowSchema(Type.String({ format: 'uuid', title: 'Id' }), 'uuid')
  t.match(uuid, { title: 'Id', format: 'uuid' })
  t.ok(validatorOf(uuid).isValid('9b38eb94-573f-43d6-a9e7-910757ce3f54'))
  t.notOk(validatorOf(uuid).isValid('9B38EB94-573F-43D6-A9E7-910757CE3F54'))
  const time = validatorOf(narrowSchema(Type.String({ format: 'date-time' }), 'timestamp'))
  t.ok(time.isValid('2026-11-20T13:00:00Z'))
  t.notOk(time.isValid('2026-11-20T13:00:00.000001Z'))
  const date = validatorOf(narrowSchema(Type.String({ format: 'date' }), 'date'))
  t.ok(date.isValid('2026-11-20'))
  t.notOk(date.isValid('0000-11-20'))
  t.end()
})

t.test('a pattern beside a format is refused', (t) => {
  const schema = Type.String({ format: 'date', pattern: '^2' })
  t.throws(
    () => narrowSchema(schema, 'date'),
    new DeclarationError('The format brings a pattern of its own: leave yours out.'),
  )
  t.end()
})

t.test('what is narrow enough is left as it is', (t) => {
  const text = Type.String({ pattern: '^a' })
  t.equal(narrowSchema(text, 'text'), text)
  t.equal(narrowSchema(INT32, 'int'), INT32)
  t.equal(narrowSchema(UUID, 'uuid'), UUID)
  t.equal(narrowSchema(TIMESTAMP, 'timestamp'), TIMESTAMP)
  t.equal(narrowSchema(DATE, 'date'), DATE)
  const literal = Type.Literal(1)
  t.equal(narrowSchema(literal, 'int'), literal)
  const small = Type.Integer({ minimum: 1, maximum: 5 })
  t.equal(narrowSchema(small, 'int'), small)
  t.end()
})
