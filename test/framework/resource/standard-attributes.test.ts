/** Attributes that most resources have. */

import t from 'tap'
import Type from 'typebox'
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
} from '../../../framework/resource/standard-attributes.ts'
import {
  BIGINT,
  DATE,
  DECIMAL,
  INT32,
  TIMESTAMP,
  UUID,
} from '../../../framework/resource/wire-schemas.ts'

t.test('an id is a uuid that the server makes, or that clients may choose', (t) => {
  t.match(id(), {
    column: 'uuid',
    schema: UUID,
    createMode: 'never',
    updatable: false,
    onCreate: { kind: 'uuid' },
  })
  t.match(id({ client: true }), {
    createMode: 'optional',
    updatable: false,
    onCreate: { kind: 'uuid' },
  })
  t.equal(id({ client: false }).createMode, 'never')
  t.end()
})

t.test('a sequence is counted by the database', (t) => {
  t.match(sequence(), {
    column: 'int',
    schema: INT32,
    createMode: 'never',
    updatable: false,
    onCreate: { kind: 'sequence' },
  })
  t.end()
})

t.test('a reference holds a key: a uuid unless told', (t) => {
  t.match(reference('user'), {
    references: 'user',
    column: 'uuid',
    schema: UUID,
    createMode: 'required',
    updatable: true,
  })
  const schema = Type.String({ maxLength: 5 })
  t.match(reference('tag', schema), { references: 'tag', column: 'text', schema, searchable: true })
  t.end()
})

t.test("times of rows are the store's alone", (t) => {
  const alone = {
    column: 'timestamp',
    schema: TIMESTAMP,
    createMode: 'never',
    updatable: false,
    onCreate: { kind: 'now' },
  }
  t.match(createdAt(), { ...alone, onUpdate: undefined })
  t.match(updatedAt(), { ...alone, onUpdate: { kind: 'now' } })
  t.end()
})

t.test('columns that JSON Schema has no type for are strings of their form', (t) => {
  t.match(timestamp(), {
    column: 'timestamp',
    schema: TIMESTAMP,
    createMode: 'required',
    updatable: true,
  })
  t.match(date(), { column: 'date', schema: DATE })
  t.match(bigint(), { column: 'bigint', schema: BIGINT, searchable: false })
  t.match(decimal(), { column: 'decimal', schema: DECIMAL })
  t.end()
})
