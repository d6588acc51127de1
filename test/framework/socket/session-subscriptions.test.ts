/** Subscriptions of a socket are found by id or channel. */
import t from 'tap'
import type { OperationId } from '../../../framework/event/shared-frame.ts'
import type { Subscription } from '../../../framework/event/subscription.ts'
import { ANONYMOUS } from '../../../framework/security/authorization.ts'
import { createSessionSubscriptions } from '../../../framework/socket/session-subscriptions.ts'

interface Ending extends Subscription {
  readonly ends: { count: number }
}

function subscription(channel: string, id?: OperationId, mayStay = true): Ending {
  const ends = { count: 0 }
  const cursor = { epoch: 'e', position: 0 }
  return {
    channel, id, cursor, isRecovered: true, ends,
    start: () => undefined,
    position: () => cursor,
    reauthorize: () => mayStay,
    end: () => void (ends.count += 1),
  } // prettier-ignore
}

function holding(...all: readonly Subscription[]) {
  const subscriptions = createSessionSubscriptions(4)
  for (const one of all) subscriptions.add(one)
  return subscriptions
}

t.test('an id is free until a subscription has it', (t) => {
  const subscriptions = holding(subscription('a', 1), subscription('a'))
  t.throws(() => subscriptions.refuseTaken(1), { code: 'conflict' })
  subscriptions.refuseTaken('1')
  subscriptions.refuseTaken(undefined)
  subscriptions.end(1, undefined)
  subscriptions.refuseTaken(1)
  t.end()
})

t.test('a channel has one subscription without id, any with, up to the limit', (t) => {
  const subscriptions = holding(subscription('a'), subscription('b', 1))
  t.throws(() => subscriptions.refuseAnother('a', undefined), { code: 'conflict' })
  subscriptions.refuseAnother('a', 2)
  subscriptions.refuseAnother('b', undefined)
  subscriptions.add(subscription('c'))
  subscriptions.add(subscription('d'))
  t.throws(() => subscriptions.refuseAnother('e', undefined), {
    code: 'invalid',
    faults: [{ pointer: '', detail: 'a socket holds at most 4 subscriptions' }],
  })
  t.end()
})

t.test('what a call has begun ends for what the client asks for itself', (t) => {
  const [begun, plain, named] = [subscription('a'), subscription('a'), subscription('b', 1)]
  const subscriptions = holding(named)
  t.same([subscriptions.has('a'), subscriptions.has('b')], [false, true])
  subscriptions.addUnasked(begun)
  t.ok(subscriptions.has('a'))
  subscriptions.refuseAnother('a', undefined)
  subscriptions.add(plain)
  t.same([begun.ends.count, plain.ends.count], [1, 0])
  t.same([...subscriptions], [named, plain])
  t.throws(() => subscriptions.refuseAnother('a', undefined), { code: 'conflict' })
  subscriptions.end(undefined, 'a')
  subscriptions.addUnasked(begun)
  t.equal(subscriptions.end(undefined, 'a'), begun, 'the client may end it too')
  t.end()
})

t.test('what else the socket holds counts towards the limit', (t) => {
  let others = 1
  const subscriptions = createSessionSubscriptions(2, () => others)
  subscriptions.refuseMore()
  subscriptions.add(subscription('a'))
  for (const refuse of [subscriptions.refuseMore, () => subscriptions.refuseAnother('b', 1)]) {
    t.throws(refuse, { code: 'invalid' })
  }
  others = 0
  subscriptions.refuseAnother('b', 1)
  t.end()
})

t.test('one is ended by its id, its channel or both, and only once', (t) => {
  const [plain, named] = [subscription('a'), subscription('b', 1)]
  const subscriptions = holding(plain, named)
  t.throws(() => subscriptions.end(1, 'a'), { code: 'not_found' })
  t.throws(() => subscriptions.end(2, undefined), { code: 'not_found' })
  t.throws(() => subscriptions.end(undefined, undefined), { code: 'invalid' })
  t.equal(subscriptions.end(undefined, 'a'), plain)
  t.equal(subscriptions.end(1, 'b'), named)
  t.same([plain.ends.count, named.ends.count], [1, 1])
  t.throws(() => subscriptions.end(undefined, 'a'), { code: 'not_found' })
  t.same([...subscriptions], [])
  t.end()
})

t.test('of several of one channel the one without id is meant, or none', (t) => {
  const plain = subscription('a')
  const subscriptions = holding(subscription('a', 1), plain, subscription('a', 2))
  t.equal(subscriptions.end(undefined, 'a'), plain)
  t.throws(() => subscriptions.end(undefined, 'a'), { code: 'conflict' })
  subscriptions.end(1, undefined)
  t.equal(subscriptions.end(undefined, 'a').id, 2)
  t.end()
})

t.test('under another authorization those without right go', (t) => {
  const [stays, goes] = [subscription('a'), subscription('b', 1, false)]
  const subscriptions = holding(stays, goes)
  t.same(subscriptions.reauthorize(ANONYMOUS), [goes])
  t.same([...subscriptions], [stays])
  subscriptions.endAll()
  t.equal(stays.ends.count, 1)
  t.same([...subscriptions], [])
  t.end()
})
