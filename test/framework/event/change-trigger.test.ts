/** Triggers are plain values. */
import t from 'tap'
import { afterCreate, afterDelete, afterUpdate } from '../../../framework/event/change-trigger.ts'

t.test('a trigger names its resource and operation', (t) => {
  t.same(afterCreate('card'), { kind: 'change', resource: 'card', operation: 'create' })
  t.same(afterUpdate('card'), { kind: 'change', resource: 'card', operation: 'update' })
  t.same(afterDelete('card'), { kind: 'change', resource: 'card', operation: 'delete' })
  for (const trigger of [afterCreate, afterUpdate, afterDelete]) {
    t.ok(Object.isFrozen(trigger('card')))
  }
  t.end()
})
