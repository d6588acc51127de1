/** The values that the server makes. */

import t from 'tap'
import { valueMaker } from '../../../framework/postgres/generated-values.ts'

t.test('all times of one write are one', async (t) => {
  let [time, ids] = [0, 0]
  const scope = { now: () => (time += 1), newId: () => String((ids += 1)) }
  const make = valueMaker(scope)
  t.equal(make({ kind: 'now' }), '1970-01-01T00:00:00.001Z')
  t.equal(make({ kind: 'now' }), '1970-01-01T00:00:00.001Z')
  t.equal(valueMaker(scope)({ kind: 'now' }), '1970-01-01T00:00:00.002Z')
  t.same([make({ kind: 'uuid' }), make({ kind: 'uuid' })], ['1', '2'])
  t.equal(make({ kind: 'value', value: false }), false)
  t.equal(make({ kind: 'sequence' }), null)
})
