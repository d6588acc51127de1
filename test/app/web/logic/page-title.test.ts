/** Tests page-title.ts. */
import t from 'tap'
import { pageTitle } from '../../../../app/web/logic/page-title.ts'

t.test('the title counts', (t) => {
  t.same(
    [0, 3, 100].map((count) => pageTitle('Chat', count)),
    ['Chat', '(3) Chat', '(99+) Chat'],
  )
  t.end()
})
