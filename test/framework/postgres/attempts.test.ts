/** Tests attempts.ts: that a failure is told once while it lasts, and rests grow up to a limit. */
import t from 'tap'
import { createAttempts } from '../../../framework/postgres/attempts.ts'

t.test('a failure that goes on is told once, and the rests double up to the longest', (t) => {
  const errors: unknown[] = []
  const onError = (error: unknown): void => void errors.push(String(error))
  const attempts = createAttempts(onError)
  const rests = [1, 2, 3, 4, 5, 6].map(() => attempts.failed('away'))
  t.same(rests, [50, 100, 200, 400, 800, 1_000])
  t.equal(attempts.failed('other'), 1_000)
  attempts.succeeded()
  t.equal(attempts.failed('other'), 50)
  t.same(errors, ['away', 'other', 'other'])
  t.end()
})
