/** What clients say of themselves is small. */
import t from 'tap'
import { toPresenceMeta } from '../../../framework/event/presence-entry.ts'

t.test('a small object is taken as it is', (t) => {
  for (const meta of [{}, { typing: true }, { a: { b: { c: { d: 1 } } } }, { a: [[[null]]] }]) {
    t.equal(toPresenceMeta(meta, '/meta'), meta)
  }
  const largest = { text: 'x'.repeat(1024 - '{"text":""}'.length) }
  t.equal(toPresenceMeta(largest, '/meta'), largest)
  t.end()
})

t.test('a large or deep one is refused, by bytes and not by letters', (t) => {
  const wrong = [
    { text: 'x'.repeat(1025 - '{"text":""}'.length) },
    { text: 'ä'.repeat(600) },
    { a: { b: { c: { d: {} } } } },
    { a: [[[[]]]] },
  ]
  for (const meta of wrong) {
    t.throws(() => toPresenceMeta(meta, '/meta'), {
      code: 'invalid',
      faults: [{ pointer: '/meta' }],
    })
  }
  t.end()
})
