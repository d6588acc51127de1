/** Errors: their codes, what they tell, and what they keep. */

import t from 'tap'
import {
  ConflictError,
  DeclarationError,
  ForbiddenError,
  InternalError,
  InvalidError,
  NotFoundError,
  PreconditionRequiredError,
  ResourceError,
  StaleError,
  TooManyRequestsError,
  UnauthenticatedError,
  UnavailableError,
} from '../../framework/errors.ts'

const cause = new Error('cause')
const ERRORS = [
  ['invalid', new InvalidError([], { cause })],
  ['unauthenticated', new UnauthenticatedError(undefined, { cause })],
  ['forbidden', new ForbiddenError(undefined, { cause })],
  ['not_found', new NotFoundError(undefined, { cause })],
  ['conflict', new ConflictError('Taken.', { cause })],
  ['stale', new StaleError(undefined, { cause })],
  ['precondition_required', new PreconditionRequiredError(undefined, { cause })],
  ['too_many_requests', new TooManyRequestsError(3, undefined, { cause })],
  ['unavailable', new UnavailableError(undefined, { cause })],
  ['internal', new InternalError('Broken.', { cause })],
] as const

t.test('every error of a resource has its code, its name and its cause', (t) => {
  for (const [code, error] of ERRORS) {
    t.ok(error instanceof ResourceError, code)
    t.equal(error.code, code)
    t.equal(error.name, error.constructor.name)
    t.equal(error.cause, cause)
  }
  t.equal(new Set(ERRORS.map(([code]) => code)).size, ERRORS.length)
  t.end()
})

t.test('errors that need no words of their caller have some', (t) => {
  for (const [code, error] of ERRORS.filter(([code]) => code !== 'invalid')) {
    t.match(error.message, /^[A-Z].*\.$/, code)
  }
  t.equal(new ForbiddenError('Not you.').message, 'Not you.')
  t.end()
})

t.test('an invalid input tells each fault', (t) => {
  const faults = [
    { pointer: '/item/text', detail: 'is required' },
    { pointer: '', detail: 'must be an object' },
  ]
  const error = new InvalidError(faults)
  t.same(error.faults, faults)
  t.equal(error.message, '/item/text is required; must be an object')
  t.end()
})

t.test('who is not logged in may be told which credential it is', (t) => {
  const faults = [{ pointer: '/code', detail: 'A code is needed.' }]
  t.same(new UnauthenticatedError('A code is needed.', { faults }).faults, faults)
  t.same(new UnauthenticatedError().faults, [])
  t.end()
})

t.test('what may be tried again says when', (t) => {
  t.equal(new TooManyRequestsError(3).retryAfterSeconds, 3)
  t.equal(new UnavailableError().retryAfterSeconds, 1)
  t.equal(new UnavailableError('Away.', { retryAfterSeconds: 9 }).retryAfterSeconds, 9)
  t.end()
})

t.test("a developer's mistake is no error of a resource", (t) => {
  const error = new DeclarationError('note.text: wrong.')
  t.notOk(error instanceof ResourceError)
  t.equal(error.name, 'DeclarationError')
  t.end()
})

t.test('a fault tells no more than a line, however long the name that a stranger made up', (t) => {
  const error = new InvalidError([
    { pointer: `/item/${'x'.repeat(10_000)}`, detail: 'y'.repeat(999) },
  ])
  t.ok(error.message.length < 700)
  t.match(error.faults, [{ pointer: /^\/item\/x+…$/, detail: /^y+…$/ }])
  t.end()
})
