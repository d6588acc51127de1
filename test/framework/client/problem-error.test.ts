/** Tests problem-error.ts. */
import t from 'tap'
import { InvalidError } from '../../../framework/errors.ts'
import { toBlankProblem, toProblem } from '../../../framework/problem.ts'
import {
  isPassing,
  ProblemError,
  toProblemError,
  refusal,
  unreachable,
} from '../../../framework/client/problem-error.ts'

t.test('an error has the members of its problem', (t) => {
  const problem = toProblem(new InvalidError([{ pointer: '/item/text', detail: 'is required' }]))
  const error = toProblemError(400, problem, { retryAfterMs: 5 })
  t.ok(error instanceof ProblemError)
  t.match(error, {
    code: 'invalid',
    status: 400,
    title: 'Invalid input',
    message: '/item/text is required',
    retryAfterMs: 5,
  })
  t.same(error.errors, [{ pointer: '/item/text', detail: 'is required' }])
  t.match(toProblemError(413, toBlankProblem(413, 'Too large')), {
    code: undefined,
    status: 413,
    message: 'The body is larger than the server takes.',
  })
  t.end()
})

t.test('what is no problem is told by its status', (t) => {
  t.match(toProblemError(502, undefined, { title: 'Bad Gateway' }), {
    code: undefined,
    status: 502,
    message: 'Bad Gateway',
  })
  t.match(toProblemError(502, 'html', { title: '' }), { message: 'Status 502' })
  t.end()
})

t.test('a server that is away may come back', (t) => {
  t.equal(isPassing(unreachable('Gone.')), true)
  t.match(unreachable('Gone.'), { code: 'unavailable', status: 0, message: 'Gone.' })
  t.equal(isPassing(toProblemError(503, undefined)), true)
  t.equal(isPassing(toProblemError(500, undefined)), false)
  t.equal(isPassing(new DOMException('', 'AbortError')), false)
  t.end()
})

t.test('what is refused without a problem has the code of its status', (t) => {
  t.match(refusal(403, 'No.'), { code: 'forbidden', status: 403, message: 'No.' })
  t.match(refusal(413, 'No.'), { code: undefined, status: 413 })
  t.end()
})
