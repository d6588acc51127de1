/** Tests outbox.ts. */
import t from 'tap'
import {
  nextToSend,
  withChange,
  withoutArrived,
  type Outgoing,
} from '../../../../app/web/logic/outbox.ts'

const outgoing = (
  localKey: string,
  conversationId = 'a',
  more: Partial<Outgoing> = {},
): Outgoing => ({
  localKey,
  conversationId,
  text: localKey,
  replyToId: null,
  attachmentIds: [],
  at: '2026-01-01T00:00:00.000Z',
  state: 'sending',
  ...more,
})

t.test('of each conversation one message at a time is sent, in order', (t) => {
  const outbox = [outgoing('1'), outgoing('2'), outgoing('3', 'b')]
  t.equal(nextToSend(outbox, new Set())?.localKey, '1')
  t.equal(nextToSend(outbox, new Set(['1']))?.localKey, '3')
  t.equal(nextToSend(outbox, new Set(['1', '3'])), undefined)
  const failed = withChange(outbox, '1', { state: 'failed', error: 'no' })
  t.equal(nextToSend(failed, new Set())?.localKey, '2')
  t.end()
})

t.test('a message stays until its row has come', (t) => {
  const outbox = withChange([outgoing('1'), outgoing('2')], '1', { state: 'sent', key: 'k' })
  t.equal(withoutArrived(outbox, new Set(['other'])), outbox)
  t.same(
    withoutArrived(outbox, new Set(['k'])).map(({ localKey }) => localKey),
    ['2'],
  )
  t.end()
})
