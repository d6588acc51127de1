/** Calls of one socket run side by side, are bounded, and wait for a reader that is slow. */
import t from 'tap'
import {
  ConflictError,
  ForbiddenError,
  TooManyRequestsError,
  UnauthenticatedError,
  UnavailableError,
} from '../../../framework/errors.ts'
import type { CallAnswer, CallRequest } from '../../../framework/action/call.ts'
import type { CallFrame } from '../../../framework/socket/client-frame.ts'
import { createSessionCalls } from '../../../framework/socket/session-calls.ts'
import { somebody } from '../../kit/cards.ts'
import { createGathering } from '../../kit/gathering.ts'
import { TEST_CLIENT } from '../../kit/request-client.ts'

const ann = somebody('ann')

function open(limit = 16) {
  const asked = createGathering<CallRequest & PromiseWithResolvers<CallAnswer>>()
  const sent = createGathering<unknown>()
  const failures: unknown[] = []
  const reader = { ready: () => Promise.resolve(), verified: () => Promise.resolve(ann) }
  const calls = createSessionCalls({
    limit,
    call(request) {
      const answer = Promise.withResolvers<CallAnswer>()
      asked.add({ ...request, ...answer })
      return answer.promise
    },
    caller: { verified: () => reader.verified() },
    client: TEST_CLIENT,
    queue: {
      ready: () => reader.ready(),
      send: (frame) => sent.add(JSON.parse(frame.toString()) as unknown),
    },
    onFailure: (error) => failures.push(error),
  })
  const askedFor = async (action: string) => {
    const isIt = (one: CallRequest): boolean => one.action === action
    const found = (await asked.until((all) => all.some(isIt))).find(isIt)
    if (found === undefined) throw new RangeError(action)
    return found
  }
  return { calls, asked, askedFor, sent, failures, reader }
}

const frame = (id: string | number, action = `act_${id}`): CallFrame => ({
  type: 'Call',
  id,
  payload: { action },
})

t.test('answers come as they are ready, under the id of their call', async (t) => {
  const { calls, askedFor, sent } = open()
  calls.begin({ type: 'Call', id: 1, payload: { action: 'slow', input: { a: 1 }, key: 'k' } })
  calls.begin(frame('two', 'quick'))
  const slow = await askedFor('slow')
  t.match(slow, { input: { a: 1 }, key: 'k', caller: ann, client: TEST_CLIENT })
  const quick = await askedFor('quick')
  t.match(quick, { input: {}, key: undefined })
  quick.resolve({ status: 200, etag: '"t"', payload: { n: 1 } })
  await sent.until((all) => all.length === 1)
  slow.resolve({ status: 204 })
  t.same(await sent.until((all) => all.length === 2), [
    { type: 'Result', id: 'two', status: 200, etag: '"t"', payload: { n: 1 } },
    { type: 'Result', id: 1, status: 204 },
  ])
})

t.test('a call that fails is answered with its problem, and told of', async (t) => {
  const { calls, askedFor, sent, failures, reader } = open()
  calls.begin(frame(1))
  const error = new ForbiddenError()
  ;(await askedFor('act_1')).reject(error)
  const payload = { type: '/problems/forbidden', status: 403 }
  t.match(await sent.until((all) => all.length === 1), [
    { type: 'Error', id: 1, status: 403, payload },
  ])
  const bad = new UnauthenticatedError()
  reader.verified = () => Promise.reject(bad)
  calls.begin(frame(2))
  t.match((await sent.until((all) => all.length === 2))[1], { type: 'Error', id: 2, status: 401 })
  t.same(failures, [error, bad])
})

t.test('who waits for a call is told when its result is sent, and not of an error', async (t) => {
  const { calls, askedFor, sent } = open()
  const order = createGathering<unknown>()
  for (const id of [1, 2]) calls.begin(frame(id), () => order.add([id, sent.all.length]))
  ;(await askedFor('act_1')).reject(new ForbiddenError())
  await sent.until((all) => all.length === 1)
  ;(await askedFor('act_2')).resolve({ status: 204 })
  t.same(await order.until((all) => all.length > 0), [[2, 2]])
})

t.test('no more run than the limit says, and no two of one id', async (t) => {
  const { calls, askedFor, sent } = open(2)
  calls.begin(frame(1))
  calls.begin(frame(2))
  t.throws(() => calls.begin(frame(3)), TooManyRequestsError)
  t.throws(() => calls.refuseTaken(2), ConflictError)
  calls.refuseTaken('2')
  calls.refuseTaken(undefined)
  ;(await askedFor('act_2')).resolve({ status: 200 })
  await sent.until((all) => all.length === 1)
  calls.refuseTaken(2)
  calls.begin(frame(2, 'again'))
  ;(await askedFor('again')).resolve({ status: 200 })
  ;(await askedFor('act_1')).resolve({ status: 200 })
  await sent.until((all) => all.length === 3)
})

t.test('answers wait for the reader, each for itself, and count until they are sent', async (t) => {
  const { calls, askedFor, sent, reader } = open(2)
  const turns = createGathering<() => void>()
  reader.ready = () => new Promise((resolve) => turns.add(resolve))
  for (const id of [1, 2]) {
    calls.begin(frame(id))
    ;(await askedFor(`act_${String(id)}`)).resolve({ status: 200 })
  }
  const [first] = await turns.until((all) => all.length > 0)
  t.throws(() => calls.begin(frame(3)), TooManyRequestsError)
  t.equal(turns.all.length, 1, 'the second does not ask before the first is sent')
  first?.()
  await sent.until((all) => all.length === 1)
  calls.begin(frame(3))
  const [, second] = await turns.until((all) => all.length > 1)
  second?.()
  await sent.until((all) => all.length === 2)
})

t.test('at the end those in flight are answered, and no more are taken', async (t) => {
  const { calls, askedFor, sent } = open()
  calls.begin(frame(1))
  const ended = calls.end()
  t.throws(() => calls.begin(frame(2)), UnavailableError)
  ;(await askedFor('act_1')).resolve({ status: 200 })
  await ended
  t.match(sent.all, [{ type: 'Result', id: 1 }])
  await calls.end()
})
