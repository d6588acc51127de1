/** Tests message-version.ts. */
import t from 'tap'
import { messageVersion } from '../../../app/resources/message-version.ts'

t.test('nobody brings or changes one', (t) => {
  for (const { createMode, updatable } of Object.values(messageVersion.attributes)) {
    t.equal(createMode, 'never')
    t.notOk(updatable)
  }
  t.end()
})
