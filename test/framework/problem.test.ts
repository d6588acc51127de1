/** Problems: what a caller is told of an error, and what not. */

import t from 'tap'
import {
  ConflictError,
  DeclarationError,
  InternalError,
  InvalidError,
  NotFoundError,
  TooManyRequestsError,
  UnauthenticatedError,
  UnavailableError,
} from '../../framework/errors.ts'
import {
  errorCodeOf,
  PROBLEMS,
  retryAfterSecondsOf,
  toBlankProblem,
  toProblem,
} from '../../framework/problem.ts'

t.test('every code has its status', (t) => {
  const statuses = Object.entries(PROBLEMS).map(([code, { status }]) => [code, status])
  t.strictSame(Object.fromEntries(statuses), {
    invalid: 400,
    unauthenticated: 401,
    forbidden: 403,
    not_found: 404,
    conflict: 409,
    stale: 412,
    precondition_required: 428,
    too_many_requests: 429,
    unavailable: 503,
    internal: 500,
  })
  t.end()
})

t.test('every code has a title and an explanation', (t) => {
  for (const [code, { title, explanation }] of Object.entries(PROBLEMS)) {
    t.match(title, /^[A-Z]/, code)
    t.match(explanation, /\.$/, code)
  }
  t.end()
})

t.test('an error becomes a problem of its code', (t) => {
  t.strictSame(toProblem(new NotFoundError('Gone.'), '/actions/message/1'), {
    type: '/problems/not_found',
    title: 'Not found',
    status: 404,
    detail: 'Gone.',
    instance: '/actions/message/1',
  })
  t.strictSame(toProblem(new ConflictError('Taken.')), {
    type: '/problems/conflict',
    title: 'Conflict',
    status: 409,
    detail: 'Taken.',
  })
  t.end()
})

t.test('an invalid input lists its faults', (t) => {
  const errors = [{ pointer: '/item/text', detail: 'is required' }]
  t.match(toProblem(new InvalidError(errors)), {
    status: 400,
    detail: '/item/text is required',
    errors,
  })
  t.end()
})

t.test('who is not logged in is told what is missing where there is something to tell', (t) => {
  const errors = [{ pointer: '/code', detail: 'is needed' }]
  t.match(toProblem(new UnauthenticatedError('A code is needed.', { faults: errors })), {
    status: 401,
    detail: 'A code is needed.',
    errors,
  })
  t.notOk('errors' in toProblem(new UnauthenticatedError()))
  t.end()
})

t.test('of a defect nothing is told', (t) => {
  const told = { type: '/problems/internal', title: 'Internal error', status: 500 }
  for (const error of [
    new InternalError('a secret'),
    new DeclarationError('a secret'),
    new TypeError('a secret'),
    'a secret',
    { code: 'not_found', message: 'a secret' },
    null,
    undefined,
  ]) {
    t.strictSame(toProblem(error), told)
    t.equal(errorCodeOf(error), 'internal')
  }
  t.end()
})

t.test('a status without a code of ours is about:blank', (t) => {
  t.strictSame(toBlankProblem(413, 'Payload Too Large', '/x'), {
    type: 'about:blank',
    title: 'Payload Too Large',
    status: 413,
    detail: 'The body is larger than the server takes.',
    instance: '/x',
  })
  t.strictSame(Object.keys(toBlankProblem(418, 'I am a teapot')), ['type', 'title', 'status'])
  t.end()
})

t.test('only errors that pass tell when to try again', (t) => {
  t.equal(retryAfterSecondsOf(new TooManyRequestsError(7)), 7)
  t.equal(retryAfterSecondsOf(new UnavailableError()), 1)
  t.equal(retryAfterSecondsOf(new ConflictError('Taken.')), undefined)
  t.equal(retryAfterSecondsOf({ retryAfterSeconds: 3 }), undefined)
  t.end()
})
