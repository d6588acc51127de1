/** Tests totp.ts: the codes of RFC 6238, the window of one step, and that each code is good once. */
import { test } from 'tap'
import { newTotpSecret, verifyTotp } from '../../../framework/auth/totp.ts'

/** The secret of RFC 6238, appendix B, in base32. */
const SECRET = 'GEZDGNBVGY3TQOJQGEZDGNBVGY3TQOJQ'

/** Of appendix B, for SHA-1: its last six digits, for the RFC shows eight. */
const VECTORS = [
  [59, '287082'],
  [1_111_111_109, '081804'],
  [1_111_111_111, '050471'],
  [1_234_567_890, '005924'],
  [2_000_000_000, '279037'],
  [20_000_000_000, '353130'],
] as const

/** The code of the step that begins at that second. */
const [STEP_START_SECONDS, CODE] = [1_111_111_110, '050471']
const STEP = STEP_START_SECONDS / 30

const check = (code: string, seconds: number, lastStep?: number) =>
  verifyTotp(code, { secret: SECRET, now: seconds * 1000, lastStep })

test('the codes of the RFC are good', (t) => {
  for (const [seconds, code] of VECTORS) {
    t.equal(check(code, seconds), Math.floor(seconds / 30), `${seconds} s`)
  }
  t.end()
})

test('a code is good from one step before its own to one after it', (t) => {
  for (const [seconds, isGood] of [
    [-30.001, false],
    [-30, true],
    [0, true],
    [29.999, true],
    [59.999, true],
    [60, false],
  ] as const) {
    t.equal(check(CODE, STEP_START_SECONDS + seconds), isGood ? STEP : undefined, `${seconds} s`)
  }
  t.end()
})

test('a code is good once, and none is after a later one', (t) => {
  t.equal(check(CODE, STEP_START_SECONDS, STEP - 1), STEP)
  t.equal(check(CODE, STEP_START_SECONDS, STEP), undefined, 'used')
  t.equal(check(CODE, STEP_START_SECONDS + 30, STEP), undefined, 'used, a step later')
  t.equal(check(CODE, STEP_START_SECONDS, STEP + 1), undefined, 'a later one was used')
  t.equal(check('287082', 59, 0), 1, 'step 0 counts as one')
  t.end()
})

test('what is no code is not good, and breaks nothing', (t) => {
  t.equal(check('050 471', STEP_START_SECONDS), STEP, 'as apps show it')
  for (const code of [
    '',
    '05047',
    '0504711',
    '50471',
    '-50471',
    '05047é',
    '０５０４７１',
    '05047\n1',
  ]) {
    t.equal(check(code, STEP_START_SECONDS), undefined, JSON.stringify(code))
  }
  t.equal(check('050472', STEP_START_SECONDS), undefined)
  t.end()
})

test('a new secret has 160 bits, and its address is what apps read', (t) => {
  const made = newTotpSecret({ issuer: 'Tim & Ann: chat', account: 'tim' })
  t.match(made.secret, /^[A-Z2-7]{32}$/)
  const uri = new URL(made.uri)
  t.equal(uri.protocol, 'otpauth:')
  t.equal(uri.host, 'totp')
  t.equal(decodeURIComponent(uri.pathname), '/Tim & Ann: chat:tim')
  t.same(Object.fromEntries(uri.searchParams), {
    issuer: 'Tim & Ann: chat',
    secret: made.secret,
    algorithm: 'SHA1',
    digits: '6',
    period: '30',
  })
  t.not(newTotpSecret({ issuer: 'a', account: 'b' }).secret, made.secret)
  t.ok(Object.isFrozen(made))
  t.end()
})
