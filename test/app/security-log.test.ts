/** Tests security-log.ts: what is written down, with what it tells, and how much of a flood. */
import t, { type Test } from 'tap'
import { all } from '../../app/resources/all.ts'
import { createSecurityLog, MAX_FAILURES_PER_MINUTE } from '../../app/security-log.ts'
import { ANONYMOUS } from '../../framework/index.ts'
import { sessionParts } from '../kit/session-parts.ts'
import { numberedId, openTestStores } from '../kit/stores.ts'

const CLIENT = { address: '192.0.2.7', userAgent: undefined }
const TIM = numberedId(1)

async function open(t: Test) {
  const { store, transactions } = await openTestStores(t, all)
  const [events, { sessions, records }] = [store('security_event'), sessionParts({ store })]
  const clock = { ms: 1_800_000_000_000 }
  const log = createSecurityLog({ events, sessions, now: () => clock.ms })
  return { store, transactions, events, records, clock, log }
}

t.test('an event is there with the transaction of what it tells, or not at all', async (t) => {
  const { transactions, events, log } = await open(t)
  const event = { kind: 'blocked', actor: TIM, subject: numberedId(2), detail: 'why' } as const
  await t.rejects(
    transactions.transaction(async (transaction) => {
      await log.record(event, transaction)
      throw new RangeError('undone')
    }),
    RangeError,
  )
  t.equal(await events.count(), 0)
  await transactions.transaction((transaction) => log.record(event, transaction))
  const [{ item } = { item: undefined }] = (await events.search()).results
  t.match(item, { kind: 'blocked', actor_id: TIM, subject_id: numberedId(2), detail: 'why' })
  t.equal(item?.address, 'unknown')
})

t.test('of a flood of failures the first of each minute are kept', async (t) => {
  const { events, clock, log } = await open(t)
  for (let at = 0; at < MAX_FAILURES_PER_MINUTE + 5; at += 1) {
    await log.recordFailure(at % 2 === 0 ? TIM : undefined, CLIENT)
  }
  await log.recordFailure(TIM, CLIENT, 'second_factor_failed')
  t.equal(await events.count(), MAX_FAILURES_PER_MINUTE, 'whatever fails')
  clock.ms += 60_000
  await log.recordFailure(undefined, undefined)
  await log.recordFailure(TIM, CLIENT, 'second_factor_failed')
  t.equal(await events.count(), MAX_FAILURES_PER_MINUTE + 2)
  const last = await events.search({ order: [{ attribute: 'id', isDescending: true }], limit: 1 })
  t.match(last.results, [
    { item: { kind: 'second_factor_failed', actor_id: null, subject_id: TIM } },
  ])
})

t.test('a caller is where its session was used last', async (t) => {
  const { store, transactions, records, log } = await open(t)
  const { key: subject } = await store('user').create({ username: 'tim', password_digest: 'x' })
  const [session, digest] = [numberedId(7), 'a'.repeat(43)]
  const record = { id: session, subject, familyDigest: digest, digest, expiresAtMs: 1e12 }
  await records.insert(record, CLIENT)
  await transactions.transaction(async (transaction) => {
    const addressOf = (id: string | undefined) =>
      log.addressOf({ ...ANONYMOUS, subject, session: id }, transaction)
    t.equal(await addressOf(session), '192.0.2.7')
    t.equal(await addressOf(numberedId(8)), undefined)
    t.equal(await addressOf(undefined), undefined)
  })
})
