/** That a document gets the schemas that it needs, and no others. */
import t from 'tap'
import { referredSchemas } from '../../../framework/resource/referred-schemas.ts'

const ref = (name: string) => ({ $ref: `#/components/schemas/${name}` })

t.test('what is referred to is there, round and round, in the order of the schemas', (t) => {
  const schemas = {
    c: { type: 'null' },
    b: { properties: { a: ref('a'), c: ref('c') } },
    a: { items: ref('b') },
    unused: ref('a'),
  }
  t.strictSame(Object.entries(referredSchemas(schemas, [ref('a')])), [
    ['c', schemas.c],
    ['b', schemas.b],
    ['a', schemas.a],
  ])
  t.same(referredSchemas(schemas, { deep: [{ nothing: 1 }] }), {})
  t.same(Object.keys(referredSchemas(schemas, ref('absent'))), [])
  t.end()
})
