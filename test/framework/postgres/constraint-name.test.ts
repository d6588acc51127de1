/** Names of constraints and indexes. */

import { test } from 'tap'
import { constraintName } from '../../../framework/postgres/constraint-name.ts'

test('a name tells table, attributes and kind', async (t) => {
  t.equal(constraintName('message', [], 'pkey'), 'message_pkey')
  t.equal(constraintName('user', ['username'], 'key'), 'user_username_key')
  t.equal(
    constraintName('member', ['conversation_id', 'user_id'], 'fkey'),
    'member_conversation_id_user_id_fkey',
  )
})

test('long names stay within 63 bytes and apart from each other', async (t) => {
  const table = 'a'.repeat(40)
  const one = constraintName(table, ['b'.repeat(40), 'one'], 'key')
  const other = constraintName(table, ['b'.repeat(40), 'other'], 'key')
  t.equal(Buffer.byteLength(one), 63)
  t.not(one, other)
  t.match(one, /_key$/)
  t.equal(one, constraintName(table, ['b'.repeat(40), 'one'], 'key'), 'and are always the same')
})
