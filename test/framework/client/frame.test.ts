/** Tests frame.ts. */
import t from 'tap'
import { parseFrame, textIn } from '../../../framework/client/frame.ts'

t.test('what is no frame is none', (t) => {
  for (const message of ['', '{', 'null', '1', '[]', '{}', new ArrayBuffer(1)]) {
    t.equal(parseFrame(message), undefined)
  }
  t.same(parseFrame('{"type":"Pong"}'), { type: 'Pong' })
  t.end()
})

t.test('a member of the payload is a text, or not there', (t) => {
  t.equal(textIn({ type: 'Pong', payload: { cursor: 'e-1' } }, 'cursor'), 'e-1')
  t.equal(textIn({ type: 'Pong', payload: { cursor: 1 } }, 'cursor'), undefined)
  t.equal(textIn({ type: 'Pong', payload: null }, 'cursor'), undefined)
  t.equal(textIn({ type: 'Pong' }, 'cursor'), undefined)
  t.end()
})
