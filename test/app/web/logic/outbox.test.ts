/** Tests outbox.ts. */
import t from 'tap'
import {
  nextToSend,
  withChange,
  withoutArrived,
  withoutTwins,
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

t.test('a row that has come by itself is shown once', (t) => {
  const row = (key: string, text: string) => ({ key, text, replyToId: null, attachmentIds: [] })
  const left = (outbox: readonly Outgoing[], ...rows: readonly ReturnType<typeof row>[]) =>
    withoutTwins(outbox, rows).map(({ localKey }) => localKey)
  const say = (localKey: string, more: Partial<Outgoing> = {}) =>
    outgoing(localKey, 'a', { text: 'ok', after: 'k1', ...more })
  const twice = [say('1'), say('2')]
  t.same(left(twice, row('k0', 'ok'), row('k1', 'ok')), ['1', '2'], 'those were there before')
  t.same(left(twice, row('k2', 'ok')), ['2'])
  t.same(left(twice, row('k2', 'ok'), row('k3', 'ok')), [])
  t.same(left([say('1', { state: 'sent', key: 'k2' }), say('2')], row('k2', 'ok')), ['2'])
  t.same(left(twice, row('k2', 'no')), ['1', '2'])
  t.same(left([say('1', { replyToId: 'k0' })], row('k2', 'ok')), ['1'])
  t.same(left([say('1', { attachmentIds: ['f'] })], row('k2', 'ok')), ['1'])
  t.same(left([say('1', { state: 'failed' })], row('k2', 'ok')), ['1'], 'it can be sent again')
  t.same(left([say('1', { after: undefined })], row('k2', 'ok')), ['1'])
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
