/** Tests by-name.ts. */
import t from 'tap'
import { byName } from '../../../framework/client/by-name.ts'

t.test('every name has its member, made once; it is no promise and no iterable', async (t) => {
  const made: string[] = []
  const object = byName((name) => made.push(name))
  t.equal(object['a'], 1)
  t.equal(object['b'], 2)
  t.equal(object['a'], 1)
  t.same(made, ['a', 'b'])
  t.equal(await Promise.resolve(object), object)
  t.equal(Symbol.iterator in object, false)
})
