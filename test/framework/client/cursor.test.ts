/** Tests cursor.ts. */
import t from 'tap'
import { isPast } from '../../../framework/client/cursor.ts'

t.test('cursors compare by position, as numbers, within their epoch', (t) => {
  t.equal(isPast('e-1', undefined), true)
  t.equal(isPast('e-10', 'e-9'), true)
  t.equal(isPast('e-9', 'e-9'), false)
  t.equal(isPast('e-8', 'e-9'), false)
  t.equal(isPast('f-1', 'e-9'), true, 'the log began anew')
  t.end()
})
