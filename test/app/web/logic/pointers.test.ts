/** Tests pointers.ts. */
import t from 'tap'
import { pointersOf } from '../../../../app/web/logic/pointers.ts'
import { ProblemError } from '../../../../framework/client/index.ts'

t.test('what is wrong is named where an error tells', (t) => {
  const errors = [
    { pointer: '/password', detail: 'is wrong' },
    { pointer: '/code', detail: 'is needed' },
  ]
  t.same(pointersOf(new ProblemError({ title: 'Invalid input', status: 400, errors })), [
    '/password',
    '/code',
  ])
  t.same(pointersOf(new ProblemError({ title: 'Gone' })), [])
  t.same(pointersOf(new TypeError('other')), [])
  t.end()
})
