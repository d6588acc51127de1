/** Tests attempts.ts: that a failure is told once while it lasts, and rests grow up to a limit. */
import t from 'tap'
import { createAttempts } from '../../../framework/postgres/attempts.ts'

t.test('a failure that goes on is told once, and the rests double up to the longest', (t) => {
  const errors: unknown[] = []
  const onError = (error: unknown): void => void errors.push(String(error))
  const attempts = createAttempts({ onError, firstRetryMs: 10, maxRetryMs: 50 })
  t.same([1, 2, 3, 4].map(() => attempts.failed('away')), [10, 20, 40, 50]) // prettier-ignore
  t.equal(attempts.failed('other'), 50)
  attempts.succeeded()
  t.equal(attempts.failed('other'), 10)
  t.same(errors, ['away', 'other', 'other'])
  t.end()
})
