/** Tests availability-store-factory.ts: whom each visibility lets see, as stranger, friend, blocked one and admin. */
import t from 'tap'
import { all } from '../../../app/resources/all.ts'
import { availabilityStoreFactory } from '../../../app/stores/availability-store-factory.ts'
import { ANONYMOUS } from '../../../framework/index.ts'
import { outcomeOf } from '../../kit/chat.ts'
import { callerOf, openTestStores } from '../../kit/stores.ts'
import { makeUsers } from '../../kit/users.ts'

t.test('whom a user lets see it, and nobody whom it has blocked', async (t) => {
  const { store } = await openTestStores(t, all)
  const users = await makeUsers({ store }, 'tim', 'friend', 'asked', 'blocked', 'stranger', 'admin')
  const { tim } = users
  await store('availability').create({ user_id: tim })
  for (const [other, mine, theirs] of [
    [users.friend, 'friends', 'friends'],
    [users.asked, 'requested', 'asked'],
    // Nobody has both, but blocking is what counts.
    [users.blocked, 'blocked', 'friends'],
  ] as const) {
    await store('friendship').create({ user_id: tim, other_id: other, state: mine })
    await store('friendship').create({ user_id: other, other_id: tim, state: theirs })
  }
  const open = availabilityStoreFactory.open(store('availability'))
  const seers = {
    everyone: ['tim', 'friend', 'asked', 'stranger', 'admin'],
    friends: ['tim', 'friend'],
    nobody: ['tim'],
  }
  for (const visibility of ['everyone', 'friends', 'nobody'] as const) {
    await store('user').update(tim, { presence_visibility: visibility })
    for (const [name, key] of Object.entries(users)) {
      const caller = name === 'admin' ? callerOf(key, 'admin') : callerOf(key)
      const seen = open(caller, { store: () => undefined })
      const isSeen = seers[visibility].includes(name)
      const about = `${visibility} ${name}`
      t.equal(await outcomeOf(seen.readOrThrow(tim)), isSeen ? 'done' : 'not_found', about)
      t.equal(await seen.count(), isSeen ? 1 : 0, about)
      t.equal(await outcomeOf(seen.delete(tim)), isSeen ? 'forbidden' : 'not_found', about)
    }
    const nobody = open(ANONYMOUS, { store: () => undefined })
    t.equal(await outcomeOf(nobody.readOrThrow(tim)), 'unauthenticated')
  }
})
