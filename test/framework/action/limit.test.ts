/** Tests limit.ts: limits are frozen values, wrong ones are refused, and documents tell of them in words. */
import { test } from 'tap'
import {
  limitName,
  limitsInWords,
  perAccount,
  perAddress,
  perCaller,
  perInput,
} from '../../../framework/action/limit.ts'
import { DeclarationError } from '../../../framework/errors.ts'

const RATE = { count: 3, seconds: 60 }
const ACCOUNT = {
  fromOneAddress: RATE,
  fromAll: { count: 10, seconds: 900, longestStallSeconds: 60 },
  knownSeconds: 3600,
}

test('a limit is frozen through and through, and has a name of its own', (t) => {
  const limits = [
    perAddress(RATE),
    perAddress({ count: 3, seconds: 61 }),
    perAddress({ count: 4, seconds: 60 }),
    perCaller(RATE),
    perInput('name', RATE),
    perInput('other', RATE),
    perAccount('name', ACCOUNT),
    perAccount('other', ACCOUNT),
  ]
  t.equal(new Set(limits.map(limitName)).size, limits.length)
  for (const limit of limits) {
    t.ok(Object.isFrozen(limit))
    for (const value of Object.values(limit)) t.ok(Object.isFrozen(value))
  }
  t.end()
})

test('what could not be kept is refused', (t) => {
  for (const count of [0, -1, 1.5, NaN, Infinity]) {
    t.throws(() => perAddress({ count, seconds: 1 }), DeclarationError, String(count))
  }
  for (const seconds of [0, -1, NaN, Infinity]) {
    t.throws(() => perInput('name', { count: 1, seconds }), DeclarationError, String(seconds))
    t.throws(() => perAccount('name', { ...ACCOUNT, knownSeconds: seconds }), DeclarationError)
  }
  for (const longestStallSeconds of [0, 0.5, NaN]) {
    const fromAll = { ...ACCOUNT.fromAll, longestStallSeconds }
    t.throws(() => perAccount('name', { ...ACCOUNT, fromAll }), /longestStallSeconds/)
  }
  t.end()
})

test('limits are told in words', (t) => {
  t.equal(limitsInWords([]), '')
  t.equal(
    limitsInWords([perAddress(RATE), perInput('name', { count: 1, seconds: 2 })]),
    'At most 3 tries in 60 s from one address; 1 tries in 2 s for one `name`.',
  )
  t.equal(limitsInWords([perCaller(RATE)]), 'At most 3 tries in 60 s by one caller.')
  t.equal(
    limitsInWords([perAccount('name', ACCOUNT)]),
    'At most 3 tries in 60 s that fail for one `name` from one address, and 10 tries in 900 s from all; then tries are stalled.',
  )
  t.end()
})
