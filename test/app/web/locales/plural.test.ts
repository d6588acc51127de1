/** Tests plural.ts. */
import t from 'tap'
import { englishForm, slavicForm } from '../../../../app/web/locales/plural.ts'

t.test('each count has its form', (t) => {
  const counts = [0, 1, 2, 5, 12, 21, 22, 25, 101]
  t.same(
    counts.map((count) => englishForm(count, 2)),
    [1, 0, 1, 1, 1, 1, 1, 1, 1],
  )
  t.same(
    counts.map((count) => slavicForm('pl')(count, 3)),
    [2, 0, 1, 2, 2, 2, 1, 2, 2],
  )
  t.same(
    counts.map((count) => slavicForm('ru')(count, 3)),
    [2, 0, 1, 2, 2, 0, 1, 2, 0],
  )
  t.equal(slavicForm('ru')(5, 1), 0)
  t.equal(englishForm(5, 1), 0)
  t.end()
})
