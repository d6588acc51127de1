/** Tests shown-message.ts. */
import t from 'tap'
import { firstUnread, shownOutgoing, shownRow } from '../../../../app/web/logic/shown-message.ts'

const at = '2026-01-01T00:00:00.000Z'

t.test('rows of servers that know less are shown as well', (t) => {
  const bare = shownRow(
    { key: '1', item: { text: 'a', author_id: 'ann', created_at: at, updated_at: at } },
    'ann',
  )
  t.match(bare, {
    isMine: true,
    isEdited: false,
    isDeleted: false,
    replyToId: null,
    attachmentIds: [],
  })
  const item = {
    text: '',
    author_id: 'bob',
    created_at: at,
    updated_at: at,
    edited_at: at,
    deleted_at: at,
    number: 3,
  }
  t.match(shownRow({ key: '2', item }, 'ann'), {
    isMine: false,
    isEdited: true,
    isDeleted: true,
    number: 3,
  })
  const later = '2026-01-02T00:00:00.000Z'
  const changed = { text: 'a', author_id: 'ann', created_at: at, updated_at: later }
  t.equal(shownRow({ key: '3', item: changed }, 'ann').isEdited, true)
  t.equal(shownRow({ key: '3', item: { ...changed, edited_at: null } }, 'ann').isEdited, false)
  t.end()
})

t.test('a message on its way takes the key of its row when it is known', (t) => {
  const outgoing = {
    localKey: 'local',
    conversationId: 'c',
    text: 'a',
    replyToId: null,
    attachmentIds: [],
    at,
    state: 'sending',
  } as const
  t.match(shownOutgoing(outgoing, 'ann'), { key: 'local', isMine: true, outgoing })
  t.equal(shownOutgoing({ ...outgoing, state: 'sent', key: 'row' }, 'ann').key, 'row')
  t.end()
})

t.test('the first unread message is counted back over those of others', (t) => {
  const messages = ['a', 'b', 'mine', 'c'].map((key) => ({ key, isMine: key === 'mine' }))
  t.same(
    [0, 1, 2, 3, 4].map((unread) => firstUnread(messages, unread)),
    [undefined, 'c', 'b', 'a', undefined],
  )
  t.end()
})
