/** That errors of HTTP know their phrase. */
import t from 'tap'
import { InvalidError } from '../../../framework/errors.ts'
import { ExtendedError, HttpError, titleOf } from '../../../framework/http/http-error.ts'

t.test('a status has its phrase, and the headers of its answer', (t) => {
  const error = new HttpError(405, { allow: 'GET' })
  t.match(error, { status: 405, message: 'Method Not Allowed', headers: { allow: 'GET' } })
  t.same(new HttpError(415).headers, {})
  t.equal(titleOf(599), 'Error')
  t.end()
})

t.test('an extended error is caused by the error that it extends', (t) => {
  const cause = new InvalidError([{ pointer: '', detail: 'is wrong' }])
  const error = new ExtendedError(cause, { error: 'invalid_grant' })
  t.match(error, { error: cause, cause, message: 'is wrong', members: { error: 'invalid_grant' } })
  t.end()
})
