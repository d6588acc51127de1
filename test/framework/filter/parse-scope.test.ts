/** What may be named, and how much of it, when strangers' text is parsed. */

import t from 'tap'
import { InvalidError } from '../../../framework/errors.ts'
import { knownAttribute, openReading } from '../../../framework/filter/parse-scope.ts'
import { faultsOf } from '../../kit/faults.ts'
import { everything, samples } from '../../kit/sample-resources.ts'

const scope = { registry: samples, resource: everything, pointer: '/filter' }

t.test('attributes are known, unless they are secret or the caller may not name them', (t) => {
  t.equal(knownAttribute(everything, 'text', {}), everything.attributes.text)
  t.equal(knownAttribute(everything, 'text', { isKnown: () => true }), everything.attributes.text)
  t.equal(knownAttribute(everything, 'text', { isKnown: () => false }), undefined)
  for (const name of ['secret', 'unheard', 'tag', 'constructor', '__proto__', '']) {
    t.equal(knownAttribute(everything, name, {}), undefined, name)
  }
  t.end()
})

t.test('a reading without faults ends quietly', (t) => {
  t.same(
    faultsOf(() => openReading(scope).finish()),
    [],
  )
  t.end()
})

t.test('a reading tells all faults, until there are twenty', (t) => {
  const reading = openReading(scope)
  reading.fault('/a', 'is wrong')
  reading.fault('/b', 'is wrong too')
  t.same(faultsOf(reading.finish), ['/a is wrong', '/b is wrong too'])
  for (let index = 2; index < 19; index++) reading.fault('/c', 'is wrong')
  t.throws(() => reading.fault('/d', 'is the last'), InvalidError)
  t.equal(faultsOf(reading.finish).length, 20)
  t.end()
})

t.test('a reading stops at one part too many, and tells the faults before it', (t) => {
  const reading = openReading({ ...scope, maxNodes: 2 })
  reading.fault('/a', 'is wrong')
  reading.count('/b')
  reading.count('/c')
  t.same(
    faultsOf(() => reading.count('/d')),
    ['/a is wrong', '/d is one part too many: at most 2'],
  )
  const usual = openReading(scope)
  for (let index = 0; index < 64; index++) usual.count('/a')
  t.throws(() => usual.count('/a'), InvalidError)
  t.end()
})
