/** What a refresh token looks like, and that the tokens of a session share one secret and no more. */
import t from 'tap'

import { newRefreshToken, parseRefreshToken } from '../../../framework/auth/refresh-token.ts'

t.test('a token reads back as it was made', async (t) => {
  const made = newRefreshToken()
  t.same(parseRefreshToken(made.token), made)
  t.match(made.token, /^[A-Za-z0-9_-]{43}\.[A-Za-z0-9_-]{43}$/)
})

t.test('the next token of a session shares its family and nothing else', async (t) => {
  const first = newRefreshToken()
  const next = newRefreshToken(first.familySecret)
  t.equal(next.familyDigest, first.familyDigest)
  t.not(next.digest, first.digest)
  t.not(newRefreshToken().familyDigest, first.familyDigest)
})

t.test('the digests do not hold the secrets', async (t) => {
  const { token, familySecret, familyDigest, digest } = newRefreshToken()
  t.notOk(token.includes(digest) || token.includes(familyDigest))
  t.not(familySecret, familyDigest)
})

t.test('anything else is no refresh token', async (t) => {
  const { token } = newRefreshToken()
  const others = ['', '.', `${token}\n`, ` ${token}`, `${token}.x`, token.slice(1), `${token}A`]
  for (const text of [
    ...others,
    token.replace('.', '+'),
    'x'.repeat(5000),
    token.split('.')[0] ?? '',
  ]) {
    t.equal(parseRefreshToken(text), undefined, text)
  }
})
