/** Tests conversation.ts. */
import t from 'tap'
import { conversation } from '../../../app/resources/conversation.ts'

t.test('the server alone says who owns it and how it is joined', (t) => {
  const { title, owner_id, join_code, direct_key, message_count, kind } = conversation.attributes
  for (const one of [owner_id, join_code, direct_key, message_count, kind]) {
    t.equal(one.createMode, 'never')
    t.notOk(one.updatable)
  }
  t.ok(title.updatable)
  t.notOk(direct_key.readable)
  t.ok(direct_key.isUnique)
  t.notOk(join_code.searchable)
  t.end()
})
