/** Answers, byte by byte. */
import t from 'tap'
import {
  ConflictError,
  InternalError,
  TooManyRequestsError,
  UnavailableError,
} from '../../../framework/errors.ts'
import { errorFrame, serverFrame } from '../../../framework/socket/server-frame.ts'

t.test('an answer has its type, then the id, then what it tells', (t) => {
  t.equal(
    serverFrame('Pong', undefined, { payload: { cursor: 'e-1' } }).toString(),
    '{"type":"Pong","payload":{"cursor":"e-1"}}',
  )
  t.equal(
    serverFrame('Unsubscribed', 2, { channel: 'c', payload: { reason: 'client' } }).toString(),
    '{"type":"Unsubscribed","id":2,"channel":"c","payload":{"reason":"client"}}',
  )
  t.end()
})

t.test('an error that passes tells how many seconds to wait', (t) => {
  const told = (error: unknown): unknown => JSON.parse(errorFrame(1, error).toString())
  t.match(told(new TooManyRequestsError(0.2, 'Slower.')), { status: 429, retry_after: 1 })
  t.match(told(new UnavailableError()), { status: 503, retry_after: Number })
  t.end()
})

t.test('an error is a problem, and one of ours is told nothing of', (t) => {
  t.same(JSON.parse(errorFrame('a', new ConflictError('Taken.')).toString()), {
    type: 'Error',
    id: 'a',
    status: 409,
    payload: { type: '/problems/conflict', title: 'Conflict', status: 409, detail: 'Taken.' },
  })
  for (const error of [new InternalError('select secret'), new TypeError('secret'), 'secret']) {
    const text = errorFrame(undefined, error).toString()
    t.match(JSON.parse(text), { type: 'Error', status: 500 })
    t.notMatch(text, 'secret')
  }
  t.end()
})
