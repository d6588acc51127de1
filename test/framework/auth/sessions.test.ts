/** How sessions are opened, refreshed and ended, and what a stolen refresh token is worth. */
import { randomUUID } from 'node:crypto'
import { inspect } from 'node:util'

import t from 'tap'

import { UnavailableError } from '../../../framework/errors.ts'
import type { SessionRecord, SessionRecords } from '../../../framework/auth/session-records.ts'
import { createSessions, type SessionsOptions } from '../../../framework/auth/sessions.ts'
import { generateTokenKey, parseTokenKeys } from '../../../framework/auth/token-keys.ts'
import { createTokens } from '../../../framework/auth/tokens.ts'
import { sessionRecordsContract } from '../../contracts/session-records.ts'

const START_MS = 1_800_000_000_000
const DAY_MS = 86_400_000
const KEYS = parseTokenKeys(generateTokenKey())
const TIM = { subject: 'tim', scopes: ['write'] }
const REFUSAL = {
  name: 'UnauthenticatedError',
  message: 'The refresh token is not good. Log in again.',
}

/** Records in the memory of one process: enough to show what sessions do with any. */
function memoryRecords() {
  const byId = new Map<string, SessionRecord>()
  const records: SessionRecords = {
    insert: async (record) => void byId.set(record.id, record),
    findByFamily: async (digest) =>
      [...byId.values()].find(({ familyDigest }) => familyDigest === digest),
    rotate: async ({ id, digest, nextDigest, expiresAtMs }) => {
      const record = byId.get(id)
      if (record?.digest !== digest) return false
      byId.set(id, { ...record, digest: nextDigest, expiresAtMs })
      return true
    },
    remove: async (id) => byId.delete(id),
    isOpen: async (id, nowMs) => (byId.get(id)?.expiresAtMs ?? 0) > nowMs,
  }
  return { byId, records }
}

function service(options: Partial<SessionsOptions> = {}) {
  const clock = { ms: START_MS }
  const now = () => clock.ms
  const { byId, records } = memoryRecords()
  const isSessionOpen = (session: string) => records.isOpen(session, now())
  const tokens = createTokens({ keys: KEYS, issuer: 'us', audience: 'api', now, isSessionOpen })
  const sessions = createSessions({ records, tokens, now, newId: randomUUID, ...options })
  return { byId, clock, records, sessions, tokens }
}

const allowed = async () => ['write']

t.test('records in memory hold the contract', (t) =>
  sessionRecordsContract(t, async () => ({
    records: memoryRecords().records,
    newId: randomUUID,
    subject: 'tim',
  })),
)

t.test('opening a session answers the pair of RFC 6749', async (t) => {
  const { byId, sessions, tokens } = service()
  const pair = await sessions.open(TIM)
  t.match(pair, { token_type: 'Bearer', expires_in: 900, refresh_token: /^[\w-]{43}\.[\w-]{43}$/ })
  t.same(Object.keys(pair).sort(), ['access_token', 'expires_in', 'refresh_token', 'token_type'])
  const authorization = await tokens.verify(pair.access_token)
  t.equal(authorization.subject, 'tim')
  t.same(authorization.scopes, new Set(['write']))
  t.same([...byId.keys()], [authorization.session])
})

t.test('what is recorded can not be used as a token', async (t) => {
  const { byId, sessions } = service()
  const { refresh_token: token } = await sessions.open(TIM)
  const recorded = inspect([...byId.values()])
  for (const part of [token, ...token.split('.')]) t.notOk(recorded.includes(part))
  for (const { familyDigest, digest } of byId.values()) {
    await t.rejects(sessions.refresh(`${familyDigest}.${digest}`, allowed), REFUSAL)
  }
})

t.test('a refresh answers a new pair of the same session, with the scopes of now', async (t) => {
  const { clock, sessions, tokens } = service()
  const first = await sessions.open(TIM)
  clock.ms += 1000
  const second = await sessions.refresh(first.refresh_token, async (subject) => [`of-${subject}`])
  t.not(second.refresh_token, first.refresh_token)
  const [before, after] = [
    await tokens.verify(first.access_token),
    await tokens.verify(second.access_token),
  ]
  t.equal(after.session, before.session)
  t.equal(after.subject, 'tim')
  t.same(after.scopes, new Set(['of-tim']))
})

t.test('records are told who is at the other end', async (t) => {
  const { records, tokens } = service()
  const told: unknown[] = []
  const sessions = createSessions({
    records: {
      ...records,
      insert: (record, client) => (told.push(client), records.insert(record, client)),
      rotate: (rotation) => (told.push(rotation.client), records.rotate(rotation)),
    },
    tokens,
    now: () => START_MS,
    newId: randomUUID,
  })
  const [one, other] = ['192.0.2.1', '192.0.2.2'].map((address) => ({
    address,
    userAgent: undefined,
  }))
  const first = await sessions.open({ ...TIM, client: one })
  const second = await sessions.refresh(first.refresh_token, allowed, other)
  await sessions.refresh(second.refresh_token, allowed)
  t.same(told, [one, other, undefined])
})

t.test('records are told why a session ends, and who brought it about', async (t) => {
  const { records, tokens, clock } = service()
  const ends: unknown[] = []
  const remove: SessionRecords['remove'] = (id, end) => (ends.push(end), records.remove(id, end))
  const sessions = createSessions({
    records: { ...records, remove },
    tokens,
    now: () => clock.ms,
    newId: randomUUID,
  })
  const client = { address: '192.0.2.1', userAgent: undefined }
  const open = async () => {
    const pair = await sessions.open(TIM)
    return { ...pair, session: (await tokens.verify(pair.access_token)).session ?? '' }
  }
  const [left, twice, gone, late] = [await open(), await open(), await open(), await open()]
  await sessions.close(left.session, client)
  await sessions.close(left.session)
  await sessions.refresh(twice.refresh_token, allowed)
  await t.rejects(sessions.refresh(twice.refresh_token, allowed, client), REFUSAL)
  await t.rejects(
    sessions.refresh(gone.refresh_token, async () => undefined, client),
    REFUSAL,
  )
  clock.ms += 30 * DAY_MS
  await t.rejects(sessions.refresh(late.refresh_token, allowed, client), REFUSAL)
  t.same(ends, [
    { reason: 'closed', client },
    { reason: 'closed', client: undefined },
    { reason: 'reused', client },
    { reason: 'refused', client },
    { reason: 'expired', client },
  ])
})

t.test('a session that is not confirmed is closed, and answers no tokens', async (t) => {
  const { byId, sessions } = service()
  const seen: number[] = []
  const refuse = async (): Promise<void> => {
    seen.push(byId.size)
    throw new UnavailableError()
  }
  await t.rejects(sessions.open({ ...TIM, confirm: refuse }), UnavailableError)
  t.same([seen, byId.size], [[1], 0], 'it was recorded when it was asked about')
  await t.resolves(sessions.open({ ...TIM, confirm: async () => void seen.push(byId.size) }))
  t.equal(byId.size, 1)
})

t.test('a chain of refreshes goes on as long as each comes in time', async (t) => {
  const { clock, sessions } = service()
  let pair = await sessions.open(TIM)
  for (let round = 0; round < 5; round++) {
    clock.ms += 30 * DAY_MS - 1
    pair = await sessions.refresh(pair.refresh_token, allowed)
  }
  clock.ms += 30 * DAY_MS
  await t.rejects(sessions.refresh(pair.refresh_token, allowed), REFUSAL)
})

t.test('a spent token ends its session, however many refreshes ago it was spent', async (t) => {
  for (const refreshes of [1, 2, 5]) {
    const { byId, sessions, tokens } = service()
    const stolen = await sessions.open(TIM)
    let pair = stolen
    for (let round = 0; round < refreshes; round++) {
      pair = await sessions.refresh(pair.refresh_token, allowed)
    }
    await tokens.verify(pair.access_token)
    await t.rejects(sessions.refresh(stolen.refresh_token, allowed), REFUSAL)
    t.equal(byId.size, 0)
    await t.rejects(sessions.refresh(pair.refresh_token, allowed), REFUSAL, 'nor the newest')
    await t.rejects(tokens.verify(pair.access_token), { name: 'UnauthenticatedError' })
  }
})

t.test('a token brought ten times at a time leaves no session alive', async (t) => {
  const { byId, sessions } = service()
  const { refresh_token: token } = await sessions.open(TIM)
  const outcomes = await Promise.allSettled(
    Array.from({ length: 10 }, () => sessions.refresh(token, allowed)),
  )
  const pairs = outcomes.flatMap((outcome) =>
    outcome.status === 'fulfilled' ? [outcome.value] : [],
  )
  t.ok(pairs.length <= 1, `${pairs.length} succeeded`)
  t.equal(byId.size, 0)
  for (const { refresh_token: next } of pairs) {
    await t.rejects(sessions.refresh(next, allowed), REFUSAL)
  }
})

t.test(
  'one who was a moment slower than another with the same token ends the session',
  async (t) => {
    const { byId, records, sessions, tokens } = service()
    const { access_token: access, refresh_token: token } = await sessions.open(TIM)
    const scopesOf = async () => {
      const [session] = byId.values()
      if (session)
        await records.rotate({ ...session, nextDigest: 'of the other', client: undefined })
      return ['write']
    }
    await t.rejects(sessions.refresh(token, scopesOf), REFUSAL)
    t.equal(byId.size, 0)
    await t.rejects(tokens.verify(access), { name: 'UnauthenticatedError' })
  },
)

t.test('one session does not touch another of the same subject', async (t) => {
  const { sessions } = service()
  const [first, second] = [await sessions.open(TIM), await sessions.open(TIM)]
  await sessions.refresh(first.refresh_token, allowed)
  await t.rejects(sessions.refresh(first.refresh_token, allowed), REFUSAL)
  await t.resolves(sessions.refresh(second.refresh_token, allowed))
})

t.test('the secret of one session with the token of another is neither', async (t) => {
  const { byId, sessions } = service()
  const [first, second] = [await sessions.open(TIM), await sessions.open(TIM)]
  const mixed = `${first.refresh_token.split('.')[0]}.${second.refresh_token.split('.')[1]}`
  await t.rejects(sessions.refresh(mixed, allowed), REFUSAL)
  t.equal(byId.size, 1)
  await t.resolves(sessions.refresh(second.refresh_token, allowed))
})

t.test('nothing else refreshes, and no records are asked for what is no token', async (t) => {
  const { records, tokens } = service()
  const findByFamily = async () => {
    t.fail('asked')
    return undefined
  }
  const asking = { ...records, findByFamily }
  const blind = createSessions({ records: asking, tokens, now: () => START_MS, newId: randomUUID })
  const { access_token: access } = await blind.open(TIM)
  for (const text of [
    '',
    'x',
    access,
    'x'.repeat(100_000),
    `${'A'.repeat(43)}.${'A'.repeat(42)}`,
  ]) {
    await t.rejects(blind.refresh(text, allowed), REFUSAL)
  }
  const { sessions } = service()
  await t.rejects(sessions.refresh(`${'A'.repeat(43)}.${'A'.repeat(43)}`, allowed), REFUSAL)
})

t.test('a subject that is gone or blocked loses its session', async (t) => {
  const { byId, sessions, tokens } = service()
  const pair = await sessions.open(TIM)
  await tokens.verify(pair.access_token)
  await t.rejects(
    sessions.refresh(pair.refresh_token, async () => undefined),
    REFUSAL,
  )
  t.equal(byId.size, 0)
  await t.rejects(tokens.verify(pair.access_token), { name: 'UnauthenticatedError' })
})

t.test('while the subject can not be asked about, the token is not spent', async (t) => {
  const { sessions } = service()
  const { refresh_token: token } = await sessions.open(TIM)
  const away = () => Promise.reject(new UnavailableError())
  await t.rejects(sessions.refresh(token, away), { name: 'UnavailableError' })
  await t.resolves(sessions.refresh(token, allowed))
})

t.test('closing a session ends its tokens at once, and may be done again', async (t) => {
  const { byId, sessions, tokens } = service()
  const pair = await sessions.open(TIM)
  const { session = '' } = await tokens.verify(pair.access_token)
  await sessions.close(session)
  await sessions.close(session)
  t.equal(byId.size, 0)
  t.equal(tokens.peek(pair.access_token), undefined)
  await t.rejects(tokens.verify(pair.access_token), { name: 'UnauthenticatedError' })
  await t.rejects(sessions.refresh(pair.refresh_token, allowed), REFUSAL)
})

t.test(
  'a logout that could not be recorded ended nothing and can be asked for again',
  async (t) => {
    const { records, sessions, tokens } = service()
    const broken = { ...records, remove: () => Promise.reject(new UnavailableError()) }
    const failing = createSessions({
      records: broken,
      tokens,
      now: () => START_MS,
      newId: randomUUID,
    })
    const pair = await sessions.open(TIM)
    const { session = '' } = await tokens.verify(pair.access_token)
    await t.rejects(failing.close(session), { name: 'UnavailableError' })
    await t.resolves(tokens.verify(pair.access_token))
    await sessions.close(session)
    await t.rejects(tokens.verify(pair.access_token), { name: 'UnauthenticatedError' })
  },
)

t.test('a session of another server is refused here once its record is gone', async (t) => {
  const here = service()
  const pair = await here.sessions.open(TIM)
  const now = () => START_MS
  const isSessionOpen = (session: string) => here.records.isOpen(session, now())
  const there = createTokens({ keys: KEYS, issuer: 'us', audience: 'api', now, isSessionOpen })
  t.equal((await there.verify(pair.access_token)).subject, 'tim')
  const { session = '' } = await here.tokens.verify(pair.access_token)
  await here.sessions.close(session)
  const restarted = createTokens({ keys: KEYS, issuer: 'us', audience: 'api', now, isSessionOpen })
  await t.rejects(restarted.verify(pair.access_token), { name: 'UnauthenticatedError' })
})

t.test('a session may live shorter, and not no time at all', async (t) => {
  const { clock, sessions } = service({ lifetimeSeconds: 60 })
  const { refresh_token: token } = await sessions.open(TIM)
  clock.ms += 60_000
  await t.rejects(sessions.refresh(token, allowed), REFUSAL)
  for (const lifetimeSeconds of [0, -1, NaN]) {
    t.throws(() => service({ lifetimeSeconds }), { name: 'DeclarationError' })
  }
})
