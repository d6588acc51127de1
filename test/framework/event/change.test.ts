/** Cursors, as text and back. */
import t from 'tap'
import { formatCursor, parseCursor } from '../../../framework/event/change.ts'

t.test('a cursor comes back from its text', (t) => {
  const cursor = { epoch: 'k3f9', position: 1042 }
  t.equal(formatCursor(cursor), 'k3f9-1042')
  t.same(parseCursor('k3f9-1042'), cursor)
  t.same(parseCursor('k3f9-0'), { epoch: 'k3f9', position: 0 })
  t.end()
})

t.test('what is no cursor is none', (t) => {
  const others = ['', 'k3f9', 'k3f9-', '-1', 'k3f9--1', 'k3f9-01', 'K-1', 'k-1e3', 'k-1.5', ' k-1']
  for (const text of [...others, 'k-1\n', `${'k'.repeat(33)}-1`, `k-${'9'.repeat(17)}`]) {
    t.equal(parseCursor(text), undefined, JSON.stringify(text))
  }
  t.end()
})
