/** Which column holds what a schema describes. */

import t from 'tap'
import Type, { type TSchema } from 'typebox'
import { columnTypeOf, type ColumnType } from '../../../framework/resource/column-type.ts'

const COLUMNS: readonly (readonly [ColumnType, TSchema])[] = [
  ['text', Type.String()],
  ['text', Type.String({ format: 'email' })],
  ['text', Type.Enum(['a', 'b'])],
  ['text', Type.Literal('a')],
  ['text', Type.Union([Type.Literal('a'), Type.Literal('b')])],
  ['text', Type.TemplateLiteral('a${string}')],
  ['uuid', Type.String({ format: 'uuid' })],
  ['timestamp', Type.String({ format: 'date-time' })],
  ['date', Type.String({ format: 'date' })],
  ['int', Type.Integer()],
  ['int', Type.Literal(1)],
  ['int', Type.Enum([1, 2])],
  ['int', Type.Union([Type.Literal(1), Type.Literal(2)])],
  ['number', Type.Number()],
  ['boolean', Type.Boolean()],
  ['boolean', Type.Literal(true)],
  ['json', Type.Object({})],
  ['json', Type.Array(Type.String())],
  ['json', Type.Tuple([Type.String()])],
  ['json', Type.Record(Type.String(), Type.Number())],
  ['json', Type.Unknown()],
  ['json', Type.Union([Type.String(), Type.Integer()])],
  ['json', Type.Enum(['a', 1])],
]

t.test('each schema has its column', (t) => {
  for (const [column, schema] of COLUMNS)
    t.equal(columnTypeOf(schema), column, JSON.stringify(schema))
  t.end()
})

t.test('what no column can hold has none', (t) => {
  const schemas: readonly TSchema[] = [
    Type.Null(),
    Type.Undefined(),
    Type.BigInt(),
    Type.Never(),
    Type.Literal(1.5),
    Type.Function([], Type.Null()),
    Type.Union([Type.String(), Type.Null()]),
  ]
  for (const schema of schemas) t.equal(columnTypeOf(schema), undefined, JSON.stringify(schema))
  t.end()
})
