/** Triggers are plain values. */
import t from 'tap'
import { afterCreate } from '../../../framework/event/change-trigger.ts'

t.test('a trigger names its resource and operation', (t) => {
  t.same(afterCreate('card'), { kind: 'change', resource: 'card', operation: 'create' })
  t.ok(Object.isFrozen(afterCreate('card')))
  t.end()
})
