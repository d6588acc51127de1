/** The values that the server makes. */

import t from 'tap'
import { valueMaker, wireTime } from '../../../framework/postgres/generated-values.ts'

t.test('all times of one write are one', async (t) => {
  let [time, ids] = [0, 0]
  const scope = { time: wireTime(() => (time += 1)), newId: () => String((ids += 1)) }
  const make = valueMaker(scope)
  t.equal(make({ kind: 'now' }), '1970-01-01T00:00:00.001Z')
  t.equal(make({ kind: 'now' }), '1970-01-01T00:00:00.001Z')
  t.equal(valueMaker(scope)({ kind: 'now' }), '1970-01-01T00:00:00.002Z')
  t.same([make({ kind: 'uuid' }), make({ kind: 'uuid' })], ['1', '2'])
  t.equal(make({ kind: 'value', value: false }), false)
  t.equal(make({ kind: 'sequence' }), null)
})

t.test('the time is told anew when it has gone on, or back', async (t) => {
  let ms = 0
  const time = wireTime(() => ms)
  t.same([time(), time()], ['1970-01-01T00:00:00.000Z', '1970-01-01T00:00:00.000Z'])
  ms = 5
  t.equal(time(), '1970-01-01T00:00:00.005Z')
  ms = 4
  t.equal(time(), '1970-01-01T00:00:00.004Z')
})
