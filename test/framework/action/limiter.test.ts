/** Tests limiter.ts over a keeper whose answers are set: what is counted, under which keys, and what becomes of it. */
import { test } from 'tap'
import type { Bucket, LimitKeeper, Taken } from '../../../framework/action/limit-keeper.ts'
import {
  perAccount,
  perAddress,
  perCaller,
  perInput,
  type Limit,
} from '../../../framework/action/limit.ts'
import { createLimiter, NO_LIMITS, type Try } from '../../../framework/action/limiter.ts'
import { TooManyRequestsError, UnavailableError } from '../../../framework/errors.ts'

const FEW = { count: 3, seconds: 60 }
const FROM_ALL = { count: 10, seconds: 900, longestStallSeconds: 60 }
const PER_ACCOUNT = perAccount('name', {
  fromOneAddress: FEW,
  fromAll: FROM_ALL,
  knownSeconds: 3600,
})
const FREE: Taken = { waitSeconds: 0, isKnown: false }

/** A keeper that answers takes in turn, and what it was asked. */
function open(limits: readonly Limit[], answers: readonly Taken[] = [], name = 'act') {
  const asked: (readonly [what: string, key: string, more?: Bucket | number])[] = []
  const keeper: LimitKeeper = {
    async take(key, bucket) {
      asked.push(['take', key, bucket])
      return answers[asked.length - 1] ?? FREE
    },
    async giveBack(key) {
      asked.push(['giveBack', key])
    },
    async trust(key, seconds) {
      asked.push(['trust', key, seconds])
    },
  }
  const limiter = createLimiter(keeper, Buffer.alloc(32, 1))
  let works = 0
  const work = async (): Promise<string> => {
    works += 1
    return 'done'
  }
  return {
    asked,
    works: () => works,
    run: (tried: Try, does: () => Promise<string> = work) => limiter({ name, limits }, tried, does),
  }
}

const from = (address: string, input: unknown = { name: 'tim' }): Try => ({
  input,
  client: { address, userAgent: undefined },
  subject: undefined,
})

/** The key under which a try is counted first. */
async function keyOf(limits: readonly Limit[], tried: Try, name?: string): Promise<unknown> {
  const { asked, run } = open(limits, [], name)
  await run(tried)
  return asked[0]?.[1]
}

test('a caller is counted wherever it comes from, and nobody not at all', async (t) => {
  const limits = [perCaller(FEW)]
  const by = (subject: string | undefined, address = '192.0.2.1'): Try => ({ ...from(address), subject }) // prettier-ignore
  const { asked, run, works } = open(limits, [FREE, { ...FREE, waitSeconds: 7 }])
  await run(by('tim'))
  await t.rejects(run(by('tim', '198.51.100.1')), new TooManyRequestsError(7, 'Too many tries. Try again in 7 s.')) // prettier-ignore
  t.match(asked, [
    ['take', String, FEW],
    ['take', asked[0]?.[1]],
  ])
  t.equal(works(), 1)
  t.not(await keyOf(limits, by('tim')), await keyOf(limits, by('ann')))
  t.equal(await keyOf(limits, by(undefined)), undefined)
})

test('each limit is taken from, in order, before the work', async (t) => {
  const { asked, run, works } = open([perAddress(FEW), perInput('name', FEW)])
  t.equal(await run(from('192.0.2.1')), 'done')
  t.match(asked, [
    ['take', String, FEW],
    ['take', String, FEW],
  ])
  t.not(asked[0]?.[1], asked[1]?.[1])
  t.equal(works(), 1)
})

test('the first that refuses ends it, with the time to wait', async (t) => {
  const refusing = { waitSeconds: 2.1, isKnown: false }
  const { asked, run, works } = open([perAddress(FEW), perInput('name', FEW)], [refusing])
  await t.rejects(run(from('192.0.2.1')), {
    name: 'TooManyRequestsError',
    retryAfterSeconds: 3,
    message: 'Too many tries. Try again in 3 s.',
  })
  t.equal(asked.length, 1)
  t.equal(works(), 0)
  const soon = open([perAddress(FEW)], [{ waitSeconds: 0.001, isKnown: false }])
  await t.rejects(soon.run(from('192.0.2.1')), { message: 'Too many tries. Try again in 1 s.' })
})

test('a key tells action, limit and value apart, and nothing else', async (t) => {
  const perName = perInput('name', FEW)
  const cases: readonly (readonly [Limit, Try, string?])[] = [
    [perAddress(FEW), from('192.0.2.1')],
    [perAddress(FEW), from('192.0.2.1'), 'other'],
    [perAddress({ ...FEW, seconds: 61 }), from('192.0.2.1')],
    [perAddress(FEW), from('192.0.2.2')],
    [perAddress(FEW), from('2001:db8::1')],
    [perName, from('192.0.2.1')],
    [perName, from('192.0.2.1', { name: '192.0.2.1' })],
    [perName, from('192.0.2.1', { name: 'tim","x' })],
    [perInput('more', FEW), from('192.0.2.1', { more: 'tim' })],
    [PER_ACCOUNT, from('192.0.2.1')],
    [PER_ACCOUNT, from('192.0.2.2')],
  ]
  const keys = await Promise.all(cases.map(([limit, tried, name]) => keyOf([limit], tried, name)))
  t.equal(new Set(keys).size, cases.length)
  for (const key of keys) t.match(key, /^[\w-]{43}$/, 'hashed, and of one length')

  const same: readonly (readonly [Limit, Try, Try])[] = [
    [perName, from('192.0.2.1'), from('2001:db8::1', { more: 'x'.repeat(9999), name: 'tim' })],
    [perAddress(FEW), from('2001:db8::1'), from('2001:db8:0:0:ffff::2', {})],
    [PER_ACCOUNT, from('2001:db8::1'), from('2001:db8::2')],
  ]
  for (const [limit, one, other] of same) {
    t.equal(await keyOf([limit], one), await keyOf([limit], other))
  }
})

test('values that differ in case alone are counted together', async (t) => {
  const limits = [perInput('name', FEW)]
  const key = (name: unknown) => keyOf(limits, from('192.0.2.1', { name }))
  t.equal(await key('TIM'), await key('tim'))
  t.equal(await key(['TIM']), await key(['tim']))
  t.not(await key('tom'), await key('tim'))
})

test('without the member nothing is counted', async (t) => {
  for (const input of [{}, null, 'tim', { other: 'tim' }, Object.create({ name: 'tim' })]) {
    const { asked, run } = open([perInput('name', FEW), PER_ACCOUNT])
    t.equal(await run(from('192.0.2.1', input)), 'done')
    t.same(asked, [])
  }
})

test('a try that succeeds clears its address, and gives the account back what it took', async (t) => {
  const { asked, run } = open([PER_ACCOUNT])
  await run(from('192.0.2.1'))
  const [pair, account] = asked.map(([, key]) => key)
  t.same(asked, [
    ['take', pair, FEW],
    ['take', account, FROM_ALL],
    ['trust', pair, 3600],
    ['giveBack', account],
  ])
  const other = open([PER_ACCOUNT])
  await other.run(from('192.0.2.2'))
  t.equal(other.asked[1]?.[1], account, 'the account is one for all addresses')
})

test('a try that fails stays counted', async (t) => {
  const { asked, run } = open([PER_ACCOUNT])
  const failure = new UnavailableError()
  await t.rejects(
    run(from('192.0.2.1'), () => Promise.reject(failure)),
    failure,
  )
  t.same(
    asked.map(([what]) => what),
    ['take', 'take'],
  )
})

test('from a known address the account does not count', async (t) => {
  const { asked, run } = open([PER_ACCOUNT], [{ waitSeconds: 0, isKnown: true }])
  await run(from('192.0.2.1'))
  t.same(
    asked.map(([what]) => what),
    ['take', 'trust'],
  )
})

test('who is stalled with the account has not tried', async (t) => {
  const { asked, run, works } = open([PER_ACCOUNT], [FREE, { waitSeconds: 8, isKnown: false }])
  await t.rejects(run(from('192.0.2.1')), TooManyRequestsError)
  t.equal(works(), 0)
  t.same(
    asked.map(([what]) => what),
    ['take', 'take', 'giveBack'],
  )
  t.equal(asked[2]?.[1], asked[0]?.[1])
})

test('no limits are no limits', async (t) => {
  t.equal(await NO_LIMITS({ name: 'act', limits: [] }, from('192.0.2.1'), async () => 1), 1)
})
