/** Who a socket belongs to, and until when. */
import t from 'tap'
import { UnavailableError } from '../../../framework/errors.ts'
import { ANONYMOUS } from '../../../framework/security/authorization.ts'
import type { Clock } from '../../../framework/event/clock.ts'
import { createSessionCaller, type Identity } from '../../../framework/socket/session-caller.ts'
import { SOCKET_LIMITS } from '../../../framework/socket/socket-limits.ts'
import { createTally } from '../../../framework/socket/tally.ts'
import { somebody } from '../../kit/cards.ts'
import { createManualClock } from '../../kit/manual-clock.ts'
import { createScriptedVerifier } from '../../kit/socket-server.ts'

const NOBODY: Identity = { caller: ANONYMOUS, token: undefined }

function open(identityOf: (nowSeconds: number) => Identity = () => NOBODY, longestMs = Infinity) {
  const hand = createManualClock()
  const after: Clock['after'] = (ms, run) => hand.after(Math.min(ms, longestMs), run)
  const clock = { ...hand, after, size: () => hand.size }
  const nowSeconds = clock.now() / 1000
  const users = createTally(1)
  const told: string[] = []
  const reports: unknown[] = []
  const verifier = createScriptedVerifier({
    'of ann': somebody('ann', { expiresAtSeconds: nowSeconds + 900 }),
    'of ann, later': somebody('ann', { expiresAtSeconds: nowSeconds + 1800 }),
    'of bob': somebody('bob', { expiresAtSeconds: nowSeconds + 900 }),
    'of nobody': ANONYMOUS,
  })
  const options = {
    verifier,
    limits: SOCKET_LIMITS,
    clock,
    users,
    report: (error: unknown) => void reports.push(error),
    onExpiring: (seconds: number) => void told.push(`expiring in ${seconds}`),
    onEnd: () => void told.push('end'),
    onRevoked: () => void told.push('revoked'),
  }
  const caller = createSessionCaller(options, identityOf(nowSeconds))
  return { clock, users, told, reports, verifier, caller }
}

const ann = (nowSeconds: number): Identity => ({
  caller: somebody('ann', { expiresAtSeconds: nowSeconds + 900 }),
  token: 'of ann',
})

t.test('an anonymous caller never ends', (t) => {
  const { clock, told, caller } = open()
  t.equal(caller.current(), ANONYMOUS)
  t.equal(caller.expiresInSeconds(), undefined)
  clock.advance(365 * 86_400_000)
  caller.recheck()
  t.same(told, [])
  t.end()
})

t.test('the end of a token is told a minute before, and comes 25 seconds after', (t) => {
  const { clock, told, caller } = open(ann)
  t.equal(caller.expiresInSeconds(), 900)
  clock.advance(839_999)
  t.same(told, [])
  clock.advance(1)
  t.same(told, ['expiring in 60'])
  clock.advance(84_999)
  t.same(told, ['expiring in 60'])
  clock.advance(1)
  t.same(told, ['expiring in 60', 'end'])
  t.equal(clock.size(), 0)
  t.end()
})

t.test('timers that fire early change nothing', (t) => {
  const { clock, told } = open(ann, 10_000)
  clock.advance(839_999)
  t.same(told, [])
  clock.advance(85_001)
  t.same(told, ['expiring in 60', 'end'])
  t.end()
})

t.test('a token that ends soon is told of at once', (t) => {
  const { clock, told } = open((nowSeconds) => ({
    caller: somebody('ann', { expiresAtSeconds: nowSeconds + 7 }),
    token: 'short',
  }))
  clock.advance(0)
  t.same(told, ['expiring in 7'])
  t.end()
})

t.test('a fresh token of the same subject goes on', async (t) => {
  const { clock, told, caller } = open(ann)
  clock.advance(910_000)
  t.match(await caller.authenticate('of ann, later'), { subject: 'ann' })
  t.equal(caller.expiresInSeconds(), 890)
  clock.advance(829_999)
  t.same(told, ['expiring in 60'])
  clock.advance(1)
  t.same(told, ['expiring in 60', 'expiring in 60'])
})

t.test('a token that is refused changes nothing', async (t) => {
  const { caller, users } = open(ann)
  await t.rejects(caller.authenticate('of bob'), { code: 'forbidden' })
  await t.rejects(caller.authenticate('of nobody'), { code: 'unauthenticated' })
  await t.rejects(caller.authenticate('forged'), { code: 'unauthenticated' })
  t.equal(caller.current().subject, 'ann')
  t.equal(users.isFull('bob'), false)
})

t.test('the first token makes a caller of nobody, counted until the socket ends', async (t) => {
  const { caller, users } = open()
  await caller.authenticate('of ann')
  t.equal(caller.current().subject, 'ann')
  t.equal(users.isFull('ann'), true)
  await caller.authenticate('of ann, later')
  caller.close()
  t.equal(users.isFull('ann'), false)
})

t.test('who has too many sockets stays nobody on one more', async (t) => {
  const { caller, users } = open()
  users.add('bob')
  const refused = { code: 'too_many_requests', retryAfterSeconds: 60 }
  await t.rejects(caller.authenticate('of bob'), refused)
  t.equal(caller.current(), ANONYMOUS)
})

t.test('a socket that ends while its token is verified leaves nothing behind', async (t) => {
  const { clock, caller, users, verifier } = open()
  const { promise, resolve } = Promise.withResolvers<undefined>()
  verifier.beforeVerify = () => promise
  const authenticated = caller.authenticate('of ann')
  caller.close()
  resolve(undefined)
  await authenticated
  t.equal(users.isFull('ann'), false)
  t.equal(clock.size(), 0)
})

t.test('a token that is good no more ends the socket at the next look', async (t) => {
  const { told, verifier, caller } = open(ann)
  caller.recheck()
  caller.recheck()
  t.same(verifier.verified, ['of ann'], 'one question at a time')
  await Promise.resolve()
  verifier.isCached = true
  caller.recheck()
  t.same(verifier.verified, ['of ann'], 'nothing is asked that is known')
  t.same(told, [])
  verifier.callers.clear()
  const { promise, resolve } = Promise.withResolvers<undefined>()
  verifier.beforeVerify = () => promise
  await new Promise((settled) => setImmediate(settled))
  caller.recheck()
  resolve(undefined)
  await new Promise((settled) => setImmediate(settled))
  t.same(told, ['end'])
})

const names = (sessions: readonly string[], subjects: readonly string[] = []) => ({
  sessions: new Set(sessions),
  subjects: new Set(subjects),
})

t.test('what is revoked ends the socket that it concerns at once, also in its grace', (t) => {
  for (const revoked of [names(['session of ann']), names([], ['ann'])]) {
    for (const later of [0, 901_000]) {
      const { clock, told, caller } = open((nowSeconds) => ({
        caller: {
          ...somebody('ann', { expiresAtSeconds: nowSeconds + 900 }),
          session: 'session of ann',
        },
        token: 'of ann',
      }))
      clock.advance(later)
      caller.hear(names(['another'], ['bob']))
      t.notOk(told.includes('revoked'), 'others are no concern')
      caller.hear(revoked)
      t.equal(told.at(-1), 'revoked')
    }
  }
  const { caller, told } = open()
  caller.hear(names([''], ['']))
  t.same(told, [], 'nobody has no token')
  t.end()
})

t.test('who has a newer token than what was revoked of its subject goes on', (t) => {
  const { told, verifier, caller } = open(ann)
  verifier.isCached = true
  caller.hear(names([], ['ann']))
  t.same(told, [])
  verifier.callers.clear()
  caller.hear(names([], ['ann']))
  t.same(told, ['revoked'])
  t.end()
})

t.test('a caller is verified anew by the token that it has', async (t) => {
  const { caller, verifier } = open()
  t.equal(await caller.verified(), ANONYMOUS)
  await caller.authenticate('of ann')
  t.match(await caller.verified(), { subject: 'ann' })
  verifier.isCached = true
  const before = verifier.verified.length
  t.match(await caller.verified(), { subject: 'ann' })
  t.equal(verifier.verified.length, before, 'what is known is not asked')
  verifier.callers.clear()
  await t.rejects(caller.verified(), { code: 'unauthenticated' })
})

t.test('a verifier that is away ends nobody', async (t) => {
  const { told, reports, verifier, caller } = open(ann)
  verifier.beforeVerify = () => Promise.reject(new UnavailableError())
  caller.recheck()
  await new Promise((settled) => setImmediate(settled))
  t.same(told, [])
  t.match(reports, [{ code: 'unavailable' }])
})

t.test('an old token that is refused does not end a socket that has a fresh one', async (t) => {
  const { told, verifier, caller } = open(ann)
  const { promise, resolve } = Promise.withResolvers<undefined>()
  verifier.callers.delete('of ann')
  verifier.beforeVerify = () => promise
  caller.recheck()
  verifier.beforeVerify = () => Promise.resolve()
  await caller.authenticate('of ann, later')
  resolve(undefined)
  await new Promise((settled) => setImmediate(settled))
  t.same(told, [])
})

t.test('once the token has ended the grace runs, whatever the verifier says', async (t) => {
  const { clock, told, verifier, caller } = open(ann)
  clock.advance(901_000)
  verifier.callers.clear()
  caller.recheck()
  await new Promise((settled) => setImmediate(settled))
  t.same(told, ['expiring in 60'])
  t.same(verifier.verified, [])
})
