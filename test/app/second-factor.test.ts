/** Tests second-factor.ts over real stores: what happens when several things do at a time. */
import t from 'tap'
import { all } from '../../app/resources/all.ts'
import { createSecondFactors } from '../../app/second-factor.ts'
import { createPasswords, UnauthenticatedError } from '../../framework/index.ts'
import { outcomeOf } from '../kit/chat.ts'
import { STEP_MS } from '../kit/second-factor.ts'
import { sessionParts } from '../kit/session-parts.ts'
import { numberedId, openTestStores } from '../kit/stores.ts'
import { totpCode } from '../kit/totp-code.ts'

const password = 'a quiet green lamp'
const passwords = createPasswords()
const password_digest = await passwords.hash(password)
const { store } = await openTestStores(t, all)
const [users, factors] = [store('user'), store('second_factor')]
const clock = { ms: 1_800_000_000_000 }
const { log } = sessionParts({ store })
const second = createSecondFactors({
  factors,
  users,
  passwords,
  log,
  issuer: 'Us',
  now: () => clock.ms,
})

async function made(username: string): Promise<string> {
  return (await users.create({ username, password_digest })).key
}

/** @returns the code of any time from now */
async function begun(user: string) {
  const { secret } = await second.begin({ user, password })
  return (steps = 0): string => totpCode(secret, clock.ms + steps * STEP_MS)
}

const outcomes = async (writes: readonly Promise<unknown>[]) =>
  (await Promise.all(writes.map((write) => outcomeOf(write)))).toSorted()

t.test('of two confirmations at a time one is done, and its recovery codes are good', async (t) => {
  const user = await made('tim')
  const code = (await begun(user))()
  const answers = await Promise.allSettled([1, 2].map(() => second.confirm({ user, code })))
  const [confirmed, ...more] = answers.flatMap((one) => (one.status === 'fulfilled' ? one : []))
  t.same(more, [])
  t.ok(await second.prove({ user, code: confirmed?.value[0] }))
})

t.test('of two that begin at a time none breaks what the other was told was done', async (t) => {
  const user = await made('ann')
  const told = await Promise.allSettled([1, 2].map(() => second.begin({ user, password })))
  const secrets = told.flatMap((one) => (one.status === 'fulfilled' ? one.value.secret : []))
  t.ok(secrets.length > 0)
  const kept = await factors.unsafeReadSecrets(user)
  t.ok(secrets.includes(kept?.secret ?? ''))
})

t.test('what is begun anew while it is confirmed is not confirmed unseen', async (t) => {
  const user = await made('bob')
  const code = (await begun(user))()
  const [first] = await Promise.all([
    outcomeOf(second.confirm({ user, code })),
    outcomeOf(second.begin({ user, password })),
  ])
  const { confirmed } = (await factors.readOrThrow(user)).item
  t.equal(confirmed, first === 'done')
})

t.test('one code of the app that comes several times at a time is good once', async (t) => {
  const user = await made('eve')
  const code = await begun(user)
  await second.confirm({ user, code: code() })
  const next = code(1)
  clock.ms += STEP_MS
  const tries = [1, 2, 3].map(() => second.prove({ user, code: next }))
  t.same(await outcomes(tries), ['done', 'unauthenticated', 'unauthenticated'])
})

t.test('two codes that are spent at a time are not both taken for the first', async (t) => {
  const user = await made('cyd')
  const code = await begun(user)
  const recovery = await second.confirm({ user, code: code() })
  const spent = [recovery[0], recovery[1]].map((one) => second.prove({ user, code: one }))
  const done = (await outcomes(spent)).filter((one) => one === 'done').length
  const left = (await factors.unsafeReadSecrets(user))?.recovery_digests.length
  t.equal(left, recovery.length - done)
})

t.test('of a removal and a login with one code, one has it', async (t) => {
  const user = await made('dan')
  const code = await begun(user)
  await second.confirm({ user, code: code() })
  const next = code(1)
  clock.ms += STEP_MS
  const [removed, proved] = await Promise.all([
    outcomeOf(second.remove({ user, password, code: next })),
    second.prove({ user, code: next }).catch((error: unknown) => error),
  ])
  const isSpent = proved === true
  t.equal(removed === 'done', !isSpent)
  t.ok(isSpent || proved === false || proved instanceof UnauthenticatedError)
})

t.test('who is gone has none, and can have none', async (t) => {
  const user = numberedId(999)
  t.equal(await outcomeOf(second.begin({ user, password })), 'unauthenticated')
  t.equal(await outcomeOf(second.confirm({ user, code: '123456' })), 'conflict')
  t.equal(await outcomeOf(second.remove({ user, password, code: '1' })), 'unauthenticated')
  t.equal(await second.prove({ user, code: undefined }), false)
})
