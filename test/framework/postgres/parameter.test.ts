/** Values as parameters. */

import t from 'tap'
import { toArrayParameter, toParameter, toPattern } from '../../../framework/postgres/parameter.ts'

t.test('values are text in the input form of their column', async (t) => {
  t.equal(toParameter('text', 'it\'s "$1"'), 'it\'s "$1"')
  t.equal(toParameter('int', -7), '-7')
  t.equal(toParameter('number', 1e300), '1e+300')
  t.equal(toParameter('number', -0), '0')
  t.equal(toParameter('boolean', false), 'false')
  t.equal(toParameter('bigint', '9007199254740993'), '9007199254740993')
  t.equal(toParameter('json', 'text'), '"text"')
  t.equal(toParameter('json', { a: [1, null] }), '{"a":[1,null]}')
  t.equal(toParameter('json', null), null)
  t.equal(toParameter('text', undefined), null)
})

t.test('arrays quote every value', async (t) => {
  t.equal(toArrayParameter('int', [1, null, 2]), '{"1",NULL,"2"}')
  t.equal(
    toArrayParameter('text', ['a,b', '{}', '"', '\\', 'NULL', '']),
    '{"a,b","{}","\\"","\\\\","NULL",""}',
  )
  t.equal(toArrayParameter('text', []), '{}')
})

t.test('patterns take every character as it is, and fold A to Z', async (t) => {
  t.equal(toPattern('contains', '50%_\\ÄB'), '%50\\%\\_\\\\Äb%')
  t.equal(toPattern('startswith', 'A'), 'a%')
  t.equal(toPattern('endswith', 'A'), '%a')
  t.equal(toPattern('contains', null), null)
})
