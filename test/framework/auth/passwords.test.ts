/**
 * How passwords are hashed and verified: whole, off the event loop, a few at a time, and no cheaper
 * for unknown names.
 */
import argon2 from 'argon2'
import t, { type Test } from 'tap'

import { parseDigestParameters } from '../../../framework/auth/password-digest.ts'
import { createPasswords } from '../../../framework/auth/passwords.ts'

const { verify } = argon2
const PASSWORD = 'correct horse battery staple'
const DEARER = { memoryKib: 32_768, passes: 3, lanes: 1 }

const passwords = createPasswords()
const digest = await passwords.hash(PASSWORD)

/** Watches the checks of the library while a test runs; they are done all the same. */
function watchChecks(t: Test) {
  const watched = { digests: [] as string[], running: 0, mostRunning: 0 }
  t.intercept(argon2, 'verify', {
    value: async (...args: Parameters<typeof verify>) => {
      watched.digests.push(args[0])
      watched.running += 1
      watched.mostRunning = Math.max(watched.mostRunning, watched.running)
      try {
        return await verify(...args)
      } finally {
        watched.running -= 1
      }
    },
  })
  return watched
}

t.test('a digest is argon2id with the parameters of OWASP and a salt of its own', async (t) => {
  t.match(digest, /^\$argon2id\$v=19\$m=19456,p=1,t=2\$[A-Za-z0-9+/]{22}\$[A-Za-z0-9+/]{43}$/)
  t.not(await passwords.hash(PASSWORD), digest)
})

t.test('the password fits its digest and no other does', async (t) => {
  t.ok(await passwords.verify(digest, PASSWORD))
  for (const other of [`${PASSWORD} `, PASSWORD.toUpperCase(), 'x', digest]) {
    t.notOk(await passwords.verify(digest, other), other)
  }
})

t.test('the whole password counts: beyond 72 bytes, and beyond a NUL', async (t) => {
  const long = 'x'.repeat(72)
  const digests = await Promise.all([`${long}1`, 'before\0after'].map(passwords.hash))
  t.ok(await passwords.verify(digests[0], `${long}1`))
  t.notOk(await passwords.verify(digests[0], `${long}2`))
  t.notOk(await passwords.verify(digests[0], long))
  t.ok(await passwords.verify(digests[1], 'before\0after'))
  t.notOk(await passwords.verify(digests[1], 'before'))
  t.notOk(await passwords.verify(digests[1], 'before\0'))
})

t.test('a password typed in another normal form fits', async (t) => {
  const composed = await passwords.hash('Am\u00e9lie Poulain')
  t.ok(await passwords.verify(composed, 'Ame\u0301lie Poulain'))
  const decomposed = await passwords.hash('Ame\u0301lie Poulain')
  t.ok(await passwords.verify(decomposed, 'Am\u00e9lie Poulain'))
})

t.test('a name that nobody has costs one check of the same parameters', async (t) => {
  const dearer = createPasswords({ parameters: DEARER })
  const real = await dearer.hash(PASSWORD)
  const watched = watchChecks(t)
  t.notOk(await dearer.verify(real, 'wrong password'))
  t.notOk(await dearer.verify(undefined, PASSWORD))
  t.same(watched.digests.map(parseDigestParameters), [DEARER, DEARER])
})

t.test('a broken or absurdly dear digest is not worked on, and costs as much', async (t) => {
  const watched = watchChecks(t)
  const bad = ['', 'garbage', digest.replace('m=19456', 'm=4194304'), digest.slice(0, -30)]
  for (const other of bad) t.notOk(await passwords.verify(other, PASSWORD), other)
  t.equal(watched.digests.length, bad.length)
  const ours = parseDigestParameters(digest)
  for (const worked of watched.digests) t.same(parseDigestParameters(worked), ours)
})

t.test('what can not be a password costs nothing, whoever is named', async (t) => {
  const watched = watchChecks(t)
  for (const text of ['', 'x'.repeat(257), 'x'.repeat(1_000_000), 'half \ud800']) {
    t.notOk(await passwords.verify(digest, text))
    t.notOk(await passwords.verify(undefined, text))
    await t.rejects(passwords.hash(text), {
      name: 'InvalidError',
      faults: [{ pointer: '/password' }],
    })
  }
  t.same(watched.digests, [])
})

t.test('so many checks run at a time, so many wait, the rest is told to come again', async (t) => {
  const watched = watchChecks(t)
  const narrow = createPasswords({ concurrency: 2, queueLimit: 3 })
  const outcomes = await Promise.allSettled(
    Array.from({ length: 8 }, () => narrow.verify(digest, PASSWORD)),
  )
  const refused = outcomes.filter((outcome) => outcome.status === 'rejected')
  t.equal(watched.mostRunning, 2)
  t.equal(watched.digests.length, 5)
  t.equal(refused.length, 3)
  for (const { reason } of refused) t.match(reason, { code: 'unavailable', retryAfterSeconds: 1 })
  t.ok(await narrow.verify(digest, PASSWORD), 'and then all is well')
})

t.test('by default at least one and at most three run at a time, and 64 wait', async (t) => {
  const watched = watchChecks(t)
  const checks = Array.from({ length: 68 }, () => passwords.verify(digest, PASSWORD))
  const outcomes = await Promise.allSettled(checks)
  const done = outcomes.filter((outcome) => outcome.status === 'fulfilled').length
  t.equal(done, watched.mostRunning + 64)
  t.ok(watched.mostRunning >= 1 && watched.mostRunning <= 3)
})

t.test('hashing and checking share the bound', async (t) => {
  const narrow = createPasswords({ concurrency: 1, queueLimit: 0 })
  const hashed = narrow.hash(PASSWORD)
  await t.rejects(narrow.verify(digest, PASSWORD), { name: 'UnavailableError' })
  await hashed
})

t.test('the event loop turns while a password is hashed', async (t) => {
  const order: string[] = []
  const hashed = passwords.hash(PASSWORD).then(() => order.push('hashed'))
  const turned = loopTurns(100).then(() => order.push('turned'))
  await Promise.all([hashed, turned])
  t.same(order, ['turned', 'hashed'])
})

async function loopTurns(count: number): Promise<void> {
  for (let turn = 0; turn < count; turn++) {
    await new Promise<void>((resolve) => setImmediate(resolve))
  }
}

t.test('a digest of other parameters is to be made anew, and so is a broken one', async (t) => {
  const dearer = createPasswords({ parameters: DEARER })
  t.notOk(passwords.needsRehash(digest))
  t.ok(dearer.needsRehash(digest))
  t.ok(passwords.needsRehash(await dearer.hash(PASSWORD)))
  t.ok(passwords.needsRehash('garbage'))
  t.ok(await dearer.verify(digest, PASSWORD), 'it fits until then')
})

t.test('weak parameters and bounds that let nothing pass do not start', async (t) => {
  const weak = { memoryKib: 1024, passes: 2, lanes: 1 }
  t.throws(() => createPasswords({ parameters: weak }), { name: 'DeclarationError' })
  t.throws(() => createPasswords({ concurrency: 0 }), { name: 'DeclarationError' })
})
