/** How access tokens are issued, remembered and revoked. */
import { decodeJwt, decodeProtectedHeader } from 'jose'
import t from 'tap'

import { UnavailableError } from '../../../framework/errors.ts'
import { generateTokenKey, parseTokenKeys } from '../../../framework/auth/token-keys.ts'
import { createTokens, type TokensOptions } from '../../../framework/auth/tokens.ts'
import { forgeToken } from '../../kit/forge-token.ts'

const START_MS = 1_800_000_000_250
const TEXT = generateTokenKey()
const KEYS = parseTokenKeys(TEXT)
const GRANT = { subject: 'tim', scopes: ['admin'], session: 's1' }
const REFUSAL = { name: 'UnauthenticatedError', message: /^The access token is not good/ }

function server(options: Partial<TokensOptions> = {}) {
  const clock = { ms: START_MS }
  const now = () => clock.ms
  const tokens = createTokens({ keys: KEYS, issuer: 'us', audience: 'api', now, ...options })
  const issued = async (grant: Partial<typeof GRANT> = {}) =>
    (await tokens.issue({ ...GRANT, ...grant })).accessToken
  return { clock, tokens, issued }
}

t.test('a token has the header and the claims of RFC 9068, and an id of its own', async (t) => {
  const { tokens } = server()
  const { accessToken, expiresInSeconds } = await tokens.issue(GRANT)
  t.equal(expiresInSeconds, 900)
  t.same(decodeProtectedHeader(accessToken), {
    alg: 'HS256',
    kid: KEYS.signing.id,
    typ: 'at+jwt',
  })
  const { jti, ...claims } = decodeJwt(accessToken)
  t.same(claims, {
    iss: 'us',
    aud: 'api',
    sub: 'tim',
    sid: 's1',
    scope: 'admin',
    iat: 1_800_000_000.25,
    exp: 1_800_000_900,
  })
  t.not(jti, decodeJwt((await tokens.issue(GRANT)).accessToken).jti)
})

t.test('verifying it tells the caller, and the same object every time', async (t) => {
  const { tokens, issued } = server()
  const token = await issued()
  t.equal(tokens.peek(token), undefined)
  const authorization = await tokens.verify(token)
  t.same(authorization, {
    subject: 'tim',
    scopes: new Set(['admin']),
    session: 's1',
    expiresAtSeconds: 1_800_000_900,
  })
  t.ok(Object.isFrozen(authorization))
  t.equal(await tokens.verify(token), authorization)
  t.equal(tokens.peek(token), authorization)
})

t.test('twenty requests at a time with a new token get one object', async (t) => {
  const { tokens, issued } = server()
  const token = await issued()
  const verified = Promise.all(Array.from({ length: 20 }, () => tokens.verify(token)))
  t.equal(new Set(await verified).size, 1)
})

t.test('a token without scopes is good and grants none', async (t) => {
  const { tokens, issued } = server()
  t.equal((await tokens.verify(await issued({ scopes: [] }))).scopes.size, 0)
})

t.test('a remembered token ends when it expires, and so does its memory', async (t) => {
  const { clock, tokens, issued } = server()
  const token = await issued()
  const authorization = await tokens.verify(token)
  clock.ms = (1_800_000_900 + 30) * 1000 - 1
  t.equal(tokens.peek(token), authorization)
  clock.ms += 1
  t.equal(tokens.peek(token), undefined)
  await t.rejects(tokens.verify(token), REFUSAL)
  clock.ms = START_MS
  t.equal(tokens.peek(token), undefined)
})

t.test('a bad token is never remembered, and one too long is not even looked up', async (t) => {
  const { tokens, issued } = server()
  const token = await issued()
  await tokens.verify(token)
  for (const bad of [`${token}\n`, `${token}=`, token.padEnd(5000, 'x'), `${token}x`, '']) {
    await t.rejects(tokens.verify(bad), REFUSAL)
    t.equal(tokens.peek(bad), undefined)
  }
})

t.test('the memory is bounded, and a token that fell out is still good', async (t) => {
  const { tokens } = server()
  const secret = Buffer.from(TEXT, 'base64url')
  const header = { alg: 'HS256', kid: KEYS.signing.id, typ: 'at+jwt' }
  const times = { iat: 1_800_000_000, exp: 1_800_000_900 }
  const claims = { iss: 'us', aud: 'api', sub: 'tim', sid: 's1', ...times }
  const many = Array.from({ length: 12_000 }, (_, jti) =>
    forgeToken({ header, claims: { ...claims, jti: `t${jti}` }, secret }),
  )
  for (const token of many) await tokens.verify(token)
  const remembered = many.filter((token) => tokens.peek(token) !== undefined)
  t.ok(remembered.length <= 10_000, `${remembered.length} remembered`)
  t.ok(remembered.length >= 5_000)
  t.equal(tokens.peek(many[0] ?? ''), undefined)
  t.equal((await tokens.verify(many[0] ?? '')).subject, 'tim')
})

t.test('the end of a session ends its tokens, remembered or not, and no others', async (t) => {
  const { tokens, issued } = server()
  const [known, unknown, other] = [await issued(), await issued(), await issued({ session: 's2' })]
  await tokens.verify(known)
  tokens.revokeSession('s1')
  t.equal(tokens.peek(known), undefined)
  for (const token of [known, unknown, `${known}\n`]) await t.rejects(tokens.verify(token), REFUSAL)
  t.equal((await tokens.verify(other)).session, 's2')
})

t.test(
  'a token that a refresh under way issues after the end of its session is refused too',
  async (t) => {
    const { clock, tokens, issued } = server()
    tokens.revokeSession('s1')
    clock.ms += 20_000
    const late = await issued()
    await t.rejects(tokens.verify(late), REFUSAL)
    clock.ms += 900_000
    tokens.revokeSession('s2')
    await t.rejects(tokens.verify(late), REFUSAL, 'as long as it would be good')
  },
)

t.test('revoking a subject ends what was issued before, to the millisecond', async (t) => {
  const { clock, tokens, issued } = server()
  const [before, other] = [await issued(), await issued({ subject: 'eve' })]
  await tokens.verify(before)
  tokens.revokeSubject('tim', clock.ms / 1000)
  clock.ms += 1
  const after = await issued({ session: 's2' })
  t.equal(tokens.peek(before), undefined)
  await t.rejects(tokens.verify(before), REFUSAL)
  t.equal((await tokens.verify(after)).subject, 'tim')
  t.equal((await tokens.verify(other)).subject, 'eve')
})

t.test('the record of sessions is asked once for each token, and its no is final', async (t) => {
  const asked: string[] = []
  const isSessionOpen = async (session: string) => {
    asked.push(session)
    return session === 's1'
  }
  const { tokens, issued } = server({ isSessionOpen })
  const token = await issued()
  await tokens.verify(token)
  await tokens.verify(token)
  t.same(asked, ['s1'])
  await t.rejects(tokens.verify(await issued({ session: 's2' })), REFUSAL)
  t.same(asked, ['s1', 's2'])
})

t.test('the record of sessions is told who the token makes its bearer', async (t) => {
  const { tokens, issued } = server({
    isSessionOpen: async (_session, { subject, scopes }) =>
      subject === 'tim' && scopes.isSubsetOf(new Set(['write'])),
  })
  await t.rejects(tokens.verify(await issued()), REFUSAL)
  t.match(await tokens.verify(await issued({ scopes: ['write'] })), { subject: 'tim' })
})

t.test(
  'a stranger with a bad or a revoked token does not reach the record of sessions',
  async (t) => {
    const isSessionOpen = async () => t.fail('asked')
    const { tokens, issued } = server({ isSessionOpen })
    const token = await issued()
    tokens.revokeSession('s1')
    for (const bad of ['', 'x', `${token}=`, token]) await t.rejects(tokens.verify(bad), REFUSAL)
  },
)

t.test('while the record of sessions is away, a new token is neither good nor bad', async (t) => {
  const isSessionOpen = () => Promise.reject(new UnavailableError())
  const { tokens, issued } = server({ isSessionOpen })
  await t.rejects(tokens.verify(await issued()), { name: 'UnavailableError' })
})

t.test('a session that ends while the record is asked stays ended', async (t) => {
  const isSessionOpen = async (session: string) => {
    tokens.revokeSession(session)
    return true
  }
  const { tokens, issued } = server({ isSessionOpen })
  const token = await issued()
  await t.rejects(tokens.verify(token), REFUSAL)
  t.equal(tokens.peek(token), undefined)
})

t.test('a server with a shorter life refuses the longer-lived tokens of another', async (t) => {
  const { issued } = server()
  await t.rejects(server({ lifetimeSeconds: 300 }).tokens.verify(await issued()), REFUSAL)
  const short = server({ lifetimeSeconds: 300 })
  t.equal((await server().tokens.verify(await short.issued())).expiresAtSeconds, 1_800_000_300)
})

t.test('a scope that would become two is not signed', async (t) => {
  const { tokens } = server()
  for (const scope of ['read admin', '', 'a"b', 'a\\b', 'ä', 'a\n']) {
    await t.rejects(tokens.issue({ ...GRANT, scopes: [scope] }), { name: 'InternalError' }, scope)
  }
})

t.test('a token that would be too long to be verified is not signed', async (t) => {
  const scopes = Array.from({ length: 400 }, (_, index) => `scope-${index}`)
  await t.rejects(server().tokens.issue({ ...GRANT, scopes }), { name: 'InternalError' })
})

t.test('an unsafe lifetime, no issuer or no audience does not start', async (t) => {
  for (const lifetimeSeconds of [0, -1, 901, 1.5, NaN, Infinity]) {
    t.throws(() => server({ lifetimeSeconds }), { name: 'DeclarationError', message: /1 to 900/ })
  }
  t.throws(() => server({ issuer: '' }), { name: 'DeclarationError' })
  t.throws(() => server({ audience: '' }), { name: 'DeclarationError' })
})

t.test('what is revoked is told once it holds, as long as somebody wants to know', async (t) => {
  const { tokens, issued, clock } = server()
  const token = await issued()
  await tokens.verify(token)
  const told: unknown[] = []
  const end = tokens.onRevoked((revoked) => told.push([revoked, tokens.peek(token)]))
  tokens.revokeSession('s1')
  tokens.revokeSubject('tim', clock.ms / 1000)
  end()
  tokens.revokeSession('s2')
  t.same(told, [
    [{ kind: 'session', name: 's1' }, undefined],
    [{ kind: 'subject', name: 'tim' }, undefined],
  ])
})
