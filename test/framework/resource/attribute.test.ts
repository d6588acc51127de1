/** Attributes: what a bare schema means, and what each method changes. */

import t from 'tap'
import Type, { type TSchema } from 'typebox'
import { DeclarationError } from '../../../framework/errors.ts'
import {
  attribute,
  capabilitiesOf,
  createAttribute,
  isAttribute,
  PLAIN,
  type AttributeFacts,
} from '../../../framework/resource/attribute.ts'
import { OPERATORS, OPERATORS_OF_COLUMN } from '../../../framework/resource/operator.ts'

const TEXT = Type.String({ maxLength: 9 })
const plain = attribute(TEXT)

/** What of an attribute differs from the plain one. */
function changes(changed: AttributeFacts): Readonly<Record<string, unknown>> {
  const before = new Map<string, unknown>(Object.entries(plain))
  return Object.fromEntries(
    Object.entries(changed).filter(
      ([name, value]) => typeof value !== 'function' && before.get(name) !== value,
    ),
  )
}

t.test('a schema alone is required, free to change, sortable and searchable', (t) => {
  t.equal(plain.schema, TEXT)
  t.match(plain, {
    column: 'text',
    references: undefined,
    isNullable: false,
    isUnique: false,
    createMode: 'required',
    updatable: true,
    readable: true,
    sortable: true,
    searchable: true,
    operators: OPERATORS,
    onCreate: undefined,
    onUpdate: undefined,
    collation: undefined,
  })
  t.end()
})

t.test('each method changes what it says and nothing else', (t) => {
  t.strictSame(changes(plain.nullable()), { isNullable: true, createMode: 'optional' })
  t.strictSame(changes(plain.default('a')), {
    createMode: 'optional',
    onCreate: { kind: 'value', value: 'a' },
  })
  t.strictSame(changes(plain.immutable()), { updatable: false })
  t.strictSame(changes(plain.serverSet()), { createMode: 'never', updatable: false })
  t.strictSame(changes(plain.secret()), {
    createMode: 'never',
    updatable: false,
    readable: false,
    sortable: false,
    searchable: false,
  })
  t.strictSame(changes(plain.unique()), { isUnique: true })
  t.strictSame(changes(plain.unsortable()), { sortable: false })
  t.strictSame(changes(plain.unsearchable()), { searchable: false })
  t.strictSame(changes(plain.operatorsOnly('eq', 'exists')), { operators: ['eq', 'exists'] })
  t.strictSame(changes(plain.collated('und-x-icu')), { collation: 'und-x-icu' })
  t.end()
})

t.test('what no input has stays so, in whatever order it is said', (t) => {
  for (const made of [
    plain.serverSet().nullable(),
    plain.nullable().serverSet(),
    plain.secret().default('a'),
    plain.default('a').secret(),
  ]) {
    t.equal(made.createMode, 'never')
  }
  t.end()
})

t.test('attributes are frozen, and methods leave the first one alone', (t) => {
  plain.nullable()
  t.equal(plain.isNullable, false)
  t.ok(Object.isFrozen(plain))
  t.ok(Object.isFrozen(plain.nullable()))
  t.ok(Object.isFrozen(plain.operatorsOnly('eq').operators))
  t.end()
})

t.test('what a column can do follows from its kind', (t) => {
  t.strictSame(capabilitiesOf('json'), {
    sortable: false,
    searchable: false,
    operators: OPERATORS_OF_COLUMN.json,
  })
  t.match(capabilitiesOf('text'), { sortable: true, searchable: true })
  t.match(capabilitiesOf('int'), { sortable: true, searchable: false })
  t.end()
})

t.test('a schema that no column can hold is refused with the mend', (t) => {
  const schemas: readonly TSchema[] = [
    Type.Null(),
    Type.Union([Type.String(), Type.Null()]),
    Type.Optional(Type.String()),
    Type.BigInt(),
  ]
  for (const schema of schemas) {
    t.throws(() => attribute(schema), {
      name: 'DeclarationError',
      message: /use attribute\(schema\)\.nullable\(\)/,
    })
  }
  t.throws(() => attribute(Type.String({ format: 'uuid', pattern: 'a' })), DeclarationError)
  t.end()
})

t.test('the schema is narrowed to the column', (t) => {
  t.match(attribute(Type.Integer()).schema, { maximum: 2_147_483_647 })
  t.end()
})

t.test('attributes are told from schemas', (t) => {
  t.ok(isAttribute(plain))
  t.ok(
    isAttribute(
      createAttribute({ ...PLAIN, schema: TEXT, column: 'text', ...capabilitiesOf('text') }),
    ),
  )
  t.notOk(isAttribute(TEXT))
  t.notOk(isAttribute(Type.Object({ createMode: Type.String() })))
  t.notOk(isAttribute('uuid'))
  t.throws(() => attribute('uuid'), DeclarationError)
  t.end()
})
