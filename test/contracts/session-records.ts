/** What every implementation of SessionRecords must hold, on whatever it keeps them. */
import { createHash } from 'node:crypto'
import type { Test } from 'tap'

import type {
  SessionEnd,
  SessionRecord,
  SessionRecords,
} from '../../framework/auth/session-records.ts'

/** Empty records to try, and what fits into them. */
export interface SessionRecordsUnderTest {
  readonly records: SessionRecords
  /** A new id as the implementation wants them. */
  readonly newId: () => string
  /** A subject that may have sessions. */
  readonly subject: string
}

const NOW = 1_800_000_000_000
const HOUR_MS = 3_600_000

/** A digest as sessions hand it over: SHA-256 in base64url. */
const digestOf = (text: string): string => createHash('sha256').update(text).digest('base64url')
const NEXT = digestOf('next')
const END: SessionEnd = { reason: 'closed', client: undefined }

/** Runs the contract. `create` is called once for each case. */
export async function sessionRecordsContract(
  t: Test,
  create: (t: Test) => Promise<SessionRecordsUnderTest>,
): Promise<void> {
  await t.test('an inserted session is found by its family, whole', async (t) => {
    const { records, sessions } = await filled(t, create)
    for (const session of sessions) {
      t.same(await records.findByFamily(session.familyDigest), session)
    }
  })

  await t.test('no other text finds a session', async (t) => {
    const { records, sessions } = await filled(t, create)
    const [first] = sessions
    for (const text of ['', 'x', first.digest, first.id, first.familyDigest.toLowerCase(), '%']) {
      t.equal(await records.findByFamily(text), undefined, JSON.stringify(text))
    }
  })

  await t.test('a rotation changes digest and expiry of its session alone', async (t) => {
    const { records, sessions } = await filled(t, create)
    const [first, second] = sessions
    t.equal(await records.rotate(rotationOf(first)), true)
    t.same(await records.findByFamily(first.familyDigest), {
      ...first,
      digest: NEXT,
      expiresAtMs: NOW + 2 * HOUR_MS,
    })
    t.same(await records.findByFamily(second.familyDigest), second)
  })

  await t.test('a digest is spent once, and a foreign one not at all', async (t) => {
    const { records, sessions } = await filled(t, create)
    const [first, second] = sessions
    t.equal(await records.rotate({ ...rotationOf(first), digest: second.digest }), false)
    t.equal(await records.rotate(rotationOf(first)), true)
    t.equal(await records.rotate(rotationOf(first)), false)
    t.equal(
      await records.rotate({ ...rotationOf(first), digest: NEXT, nextDigest: digestOf('third') }),
      true,
    )
  })

  await t.test('of twenty who bring a digest at a time, one spends it', async (t) => {
    const { records, sessions } = await filled(t, create)
    const [first] = sessions
    const outcomes = await Promise.all(
      Array.from({ length: 20 }, (_, index) =>
        records.rotate({ ...rotationOf(first), nextDigest: digestOf(`next ${index}`) }),
      ),
    )
    t.equal(outcomes.filter((isSpent) => isSpent).length, 1)
    const kept = await records.findByFamily(first.familyDigest)
    t.equal(kept?.digest, digestOf(`next ${outcomes.indexOf(true)}`))
  })

  await t.test('a removed session is gone, and removing it again is told', async (t) => {
    const { records, newId, sessions } = await filled(t, create)
    const [first, second] = sessions
    t.equal(await records.remove(first.id, END), true)
    t.equal(await records.remove(first.id, END), false)
    t.equal(await records.remove(newId(), END), false)
    t.equal(await records.findByFamily(first.familyDigest), undefined)
    t.equal(await records.rotate(rotationOf(first)), false)
    t.equal(await records.isOpen(first.id, NOW), false)
    t.same(await records.findByFamily(second.familyDigest), second)
  })

  await t.test(
    'a session is open until the moment it expires, and is found after it',
    async (t) => {
      const { records, sessions } = await filled(t, create)
      const [{ id, expiresAtMs, familyDigest }] = sessions
      t.equal(await records.isOpen(id, NOW), true)
      t.equal(await records.isOpen(id, expiresAtMs - 1), true)
      t.equal(await records.isOpen(id, expiresAtMs), false)
      t.equal((await records.findByFamily(familyDigest))?.id, id)
    },
  )

  await t.test('what is no id of a session is not open', async (t) => {
    const { records, newId } = await filled(t, create)
    for (const id of [newId(), '', 'x', "' OR 1=1 --", '\0', '\ud800', '1', 'x'.repeat(4000)]) {
      t.equal(await records.isOpen(id, NOW), false, JSON.stringify(id).slice(0, 40))
    }
  })
}

/** Records that hold two sessions of one subject. */
async function filled(t: Test, create: (t: Test) => Promise<SessionRecordsUnderTest>) {
  const { records, newId, subject } = await create(t)
  const sessions = [
    {
      id: newId(),
      subject,
      familyDigest: digestOf('family 1'),
      digest: digestOf('1'),
      expiresAtMs: NOW + HOUR_MS,
    },
    {
      id: newId(),
      subject,
      familyDigest: digestOf('family 2'),
      digest: digestOf('2'),
      expiresAtMs: NOW + HOUR_MS,
    },
  ] as const
  for (const session of sessions) await records.insert(session, undefined)
  return { records, newId, sessions }
}

function rotationOf({ id, digest }: SessionRecord) {
  return { id, digest, nextDigest: NEXT, expiresAtMs: NOW + 2 * HOUR_MS, client: undefined }
}
