/** Tests friendships.ts: what follows from a step, in its transaction. */
import { test } from 'tap'
import { createFriendships, type Both } from '../../app/friendships.ts'
import type { FriendshipStep } from '../../app/friendship-steps.ts'
import { InvalidError, NotFoundError } from '../../framework/index.ts'
import { openTestDomain } from '../kit/domain.ts'
import { numberedId } from '../kit/stores.ts'

test('blocking is told in its transaction, and undone with it', async (t) => {
  const { stores, notifier, person } = await openTestDomain(t)
  const [tim, ann] = [await person('tim'), await person('ann')]
  const friendships = stores.store('friendship')
  const told: string[] = []
  const world: { failure?: Error } = {}
  const { take } = createFriendships({
    stores,
    notifier,
    async onBlocked(transaction, { me, other }, isBlocked) {
      // What was written is there for whoever is told.
      const count = await friendships.count(undefined, { transaction })
      const names = [me, other].map((key) => (key === tim ? 'tim' : 'ann'))
      told.push(`${names.join()} ${String(isBlocked)} ${String(count)}`)
      if (world.failure !== undefined) throw world.failure
    },
  })
  const run = (step: FriendshipStep, both: Both) =>
    stores.transactions.transaction((transaction) => take(step, both, transaction))
  const [mine, theirs] = [
    { me: tim, other: ann },
    { me: ann, other: tim },
  ]
  await run('request', mine)
  t.same(told, [], 'only blocking is told')
  for (const [step, both] of [
    ['block', mine],
    ['block', mine],
    ['block', theirs],
    ['unblock', mine],
    ['unblock', theirs],
  ] as const) {
    await run(step, both)
  }
  t.same(told, ['tim,ann true 1', 'ann,tim true 2', 'tim,ann true 1', 'ann,tim false 0'])
  world.failure = new Error('no')
  await t.rejects(run('block', mine), world.failure)
  t.equal(await friendships.count(), 0)
})

test('there must be two of them', async (t) => {
  const { stores, notifier, person } = await openTestDomain(t)
  const tim = await person('tim')
  const { take } = createFriendships({
    stores,
    notifier,
    onBlocked: () => t.fail('nobody is blocked') as never,
  })
  const run = (both: Both) =>
    stores.transactions.transaction((transaction) => take('block', both, transaction))
  await t.rejects(run({ me: tim, other: tim }), InvalidError)
  await t.rejects(run({ me: tim, other: numberedId(99) }), NotFoundError)
  await t.rejects(run({ me: numberedId(99), other: tim }), NotFoundError)
})
