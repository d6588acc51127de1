/** Tests session-store-factory.ts: each caller, each operation, own and others' sessions; refusals first. */
import { randomUUIDv7 } from 'node:crypto'
import t from 'tap'
import { all } from '../../../app/resources/all.ts'
import { sessionStoreFactory } from '../../../app/stores/session-store-factory.ts'
import { ANONYMOUS } from '../../../framework/index.ts'
import { outcomeOf } from '../../kit/chat.ts'
import { sessionParts } from '../../kit/session-parts.ts'
import { callerOf, openTestStores } from '../../kit/stores.ts'

const { store } = await openTestStores(t, all)
const { sessions, records, log } = sessionParts({ store })

async function user(username: string): Promise<string> {
  return (await store('user').create({ username, password_digest: 'x' })).key
}

async function session(subject: string): Promise<string> {
  const id = randomUUIDv7()
  const digest = id.padEnd(43, 'x')
  const client = { address: '192.0.2.7', userAgent: 'curl/8.5.0' }
  await records.insert({ id, subject, familyDigest: digest, digest, expiresAtMs: 1e12 }, client)
  return id
}

const [tim, ann, boss] = [await user('tim'), await user('ann'), await user('boss')]
const keys = { tim: await session(tim), ann: await session(ann) }
const callers = { nobody: ANONYMOUS, tim: callerOf(tim), admin: callerOf(boss, 'admin') }
const storeOf = sessionStoreFactory({ sessions, log }).open(sessions)
const as = (who: keyof typeof callers) => storeOf(callers[who], { store: () => undefined })

t.test('nobody makes or changes a session, not even its owner', async (t) => {
  const item = { id: randomUUIDv7(), user_id: tim }
  t.equal(await outcomeOf(as('nobody').create(item)), 'unauthenticated')
  for (const who of ['tim', 'admin'] as const) {
    t.equal(await outcomeOf(as(who).create(item)), 'forbidden', who)
  }
  t.equal(await outcomeOf(as('nobody').update(keys.tim, {})), 'unauthenticated')
  t.equal(await outcomeOf(as('tim').update(keys.tim, {})), 'forbidden')
  t.equal(await outcomeOf(as('admin').update(keys.tim, {})), 'not_found')
})

t.test('others’ sessions do not exist, for an admin neither', async (t) => {
  t.equal(await outcomeOf(as('nobody').search()), 'unauthenticated')
  t.equal(await outcomeOf(as('nobody').count()), 'unauthenticated')
  t.equal(await outcomeOf(as('nobody').readOrThrow(keys.tim)), 'unauthenticated')
  for (const who of ['tim', 'admin'] as const) {
    t.equal(await outcomeOf(as(who).readOrThrow(keys.ann)), 'not_found', who)
    t.equal(await outcomeOf(as(who).delete(keys.ann)), 'not_found', who)
  }
  t.equal(await as('admin').count(), 0)
  t.equal(await outcomeOf(as('nobody').delete(keys.tim)), 'unauthenticated')
  t.equal(await store('session').count(), 2, 'they are all there')
})

t.test('the owner sees what it knows a session by, and no digest, and ends it', async (t) => {
  const { results } = await as('tim').search()
  t.match(results, [{ key: keys.tim, deletable: true, updatable: false }])
  t.same(Object.keys(results[0]?.item ?? {}).toSorted(), [
    'address', 'created_at', 'device', 'expires_at', 'id', 'last_used_at', 'user_id',
  ]) // prettier-ignore
  t.match(results[0]?.item, { device: 'curl', address: '192.0.2.7', user_id: tim })
  t.equal(await as('tim').count(), 1)
  for (const name of ['family_digest', 'refresh_digest'] as const) {
    const filter = { kind: 'exists', attribute: name } as const
    t.equal(await outcomeOf(as('tim').count(filter)), 'invalid', name)
  }
  t.equal(await outcomeOf(as('tim').delete(keys.tim)), 'done')
  t.equal(await as('tim').count(), 0)
})
