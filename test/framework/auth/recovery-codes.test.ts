/** Tests recovery-codes.ts: what is shown and kept, and that a code is good once however it is typed. */
import { test } from 'tap'
import { newRecoveryCodes, spendRecoveryCode } from '../../../framework/auth/recovery-codes.ts'

test('ten codes are shown, and only their digests kept', (t) => {
  const { codes, digests } = newRecoveryCodes()
  t.equal(new Set(codes).size, 10)
  t.equal(new Set(digests).size, 10)
  const letters = new Set<string>()
  for (const code of codes) {
    t.match(code, /^[0-9A-HJKMNP-TV-Z]{4}(-[0-9A-HJKMNP-TV-Z]{4}){3}$/)
    for (const letter of code) letters.add(letter)
  }
  t.ok(letters.size > 20, 'of the whole alphabet')
  for (const digest of digests) t.match(digest, /^[A-Za-z0-9_-]{43}$/)
  t.end()
})

test('each code is good once', (t) => {
  const { codes, digests } = newRecoveryCodes()
  let left = digests
  for (const [index, code] of codes.entries()) {
    const next = spendRecoveryCode(code, left)
    t.same(next, digests.slice(index + 1))
    left = next ?? []
    t.equal(spendRecoveryCode(code, left), undefined, 'spent')
  }
  t.equal(spendRecoveryCode(newRecoveryCodes().codes[0] ?? '', digests), undefined, 'of another')
  t.end()
})

test('a code may be typed as people do', (t) => {
  // Of the code 0000-1111-ABCD-EFGH.
  const digests = ['pgZlmoyvM87bOyVJfeJBYKjO8CwkN2uNihQkww8rSBc']
  for (const typed of [
    '0000-1111-ABCD-EFGH',
    '00001111abcdefgh',
    ' oO0o iIlL abcd efgh\n',
    '0000 - 1111 - ABCD - EFGH',
  ]) {
    t.same(spendRecoveryCode(typed, digests), [], JSON.stringify(typed))
  }
  for (const typed of ['', '0000-1111-ABCD-EFG', '0000-1111-ABCD-EFGHJ', '0000-1111-ABCD-EFGU']) {
    t.equal(spendRecoveryCode(typed, digests), undefined, JSON.stringify(typed))
  }
  t.equal(spendRecoveryCode(`0000-1111-ABCD-EFGH${' '.repeat(100)}`, digests), undefined, 'long')
  t.equal(spendRecoveryCode('0000-1111-ABCD-EFGH', ['', 'é']), undefined, 'of another length')
  t.end()
})
