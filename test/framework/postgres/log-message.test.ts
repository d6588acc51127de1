/** Tests log-message.ts: that a step is told whole where there is room, by its position where not, and nonsense is none. */
import t from 'tap'
import type { LogEntry } from '../../../framework/postgres/log-entry.ts'
import { formatLogMessage, parseLogMessage } from '../../../framework/postgres/log-message.ts'

const ROOM = 100_000
const entry = (position: number, text = 'a'): LogEntry => ({
  position,
  resource: 'card',
  operation: 'update',
  before: null,
  after: { id: 'x', text },
})

t.test('a step comes out as it went in', (t) => {
  const step = { epoch: 'e', position: 7, entries: [entry(6), entry(7, 'é "b"')] }
  t.strictSame(parseLogMessage(formatLogMessage(step, ROOM)), step)
  t.end()
})

t.test('where there is no room only the position is told', (t) => {
  const small = { epoch: 'e', position: 7, entries: [entry(7)] }
  const bare = { epoch: 'e', position: 7, entries: [] }
  t.strictSame(parseLogMessage(formatLogMessage(small, 7_900)), bare, 'no rows on a small bus')
  const large = { ...small, entries: [entry(6, 'é'.repeat(ROOM / 2)), entry(7)] }
  t.strictSame(parseLogMessage(formatLogMessage(large, ROOM)), bare)
  t.end()
})

t.test('a message is never longer than the bus carries', (t) => {
  for (let length = ROOM - 400; length < ROOM; length += 7) {
    const step = { epoch: 'e'.repeat(32), position: 2 ** 52, entries: [entry(1, 'x'.repeat(length))] } // prettier-ignore
    t.ok(Buffer.byteLength(formatLogMessage(step, ROOM)) <= ROOM)
  }
  t.end()
})

t.test('what nobody of ours has sent is no message', (t) => {
  const texts = ['', 'x', '{}', '[]', '["e"]', '["e",1.5]', '[1,1]', '["e",1,{}]', '["e",1,[[]]]', '["e",1,[["card","drop",null,null]]]', '["e",1,[["card","create",null,1]]]'] // prettier-ignore
  for (const text of texts) t.equal(parseLogMessage(text), undefined, text)
  t.end()
})
