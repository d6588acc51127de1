/** Friendships: two rows that change together, one for what each of both sees. */
import {
  InvalidError,
  NotFoundError,
  where,
  type PlainStore,
  type Transaction,
} from '../framework/index.ts'
import { takeStep, type FriendshipPair, type FriendshipStep } from './friendship-steps.ts'
import type { DomainStores } from './domain-stores.ts'
import type { Notifier } from './notifications.ts'
import { lockPresent } from './present-users.ts'
import { all } from './resources/all.ts'
import type { friendship, FriendshipState } from './resources/friendship.ts'

/** Who does something about whom. */
export interface Both {
  readonly me: string
  readonly other: string
}

/** Told, in the transaction, when somebody blocks or unblocks somebody. `isBlocked`: one of both has blocked the other now. */
export type OnBlocked = (transaction: Transaction, pair: Both, isBlocked: boolean) => Promise<void>

/** Changes friendships. */
export interface Friendships {
  /**
   * Takes a step, with all that follows from it. Two people's steps about each other are taken one after the other.
   * @throws NotFoundError when there is no such person; InvalidError for oneself; ConflictError when the step is about nothing
   */
  take(step: FriendshipStep, both: Both, transaction: Transaction): Promise<void>
}

/** What friendships need. */
export interface FriendshipParts {
  readonly stores: DomainStores
  readonly notifier: Notifier
  readonly onBlocked: OnBlocked
}

/** Makes friendships. */
export function createFriendships(parts: FriendshipParts): Friendships {
  const { stores, notifier, onBlocked } = parts
  const friendships = stores.store('friendship')
  return Object.freeze<Friendships>({
    async take(step, both, transaction) {
      const { me, other } = both
      if (me === other) {
        throw new InvalidError([{ pointer: '/user_id', detail: 'must be somebody else' }])
      }
      await lockBoth(friendships, [me, other], transaction)
      const present = await lockPresent(stores, [me, other], transaction)
      if (present.size < 2) throw new NotFoundError()
      const rows = await readRows(friendships, both, transaction)
      const pair = { mine: rows.mine?.state, theirs: rows.theirs?.state }
      const outcome = takeStep(step, pair)
      await write(friendships, { ...both, row: rows.mine, state: outcome.mine }, transaction)
      const mirrored = { me: other, other: me, row: rows.theirs, state: outcome.theirs }
      await write(friendships, mirrored, transaction)
      const { tell, isWithdrawn, isAnswered } = outcome
      if (tell !== undefined)
        await notifier.notify({ user: other, kind: tell, actor: me }, transaction)
      if (isWithdrawn === true) {
        await notifier.withdraw({ user: other, actor: me, kind: 'friend_request' }, transaction)
      }
      if (isAnswered === true) {
        await notifier.withdraw({ user: me, actor: other, kind: 'friend_request' }, transaction)
      }
      const isAboutBlocking = step === 'block' || step === 'unblock'
      if (isAboutBlocking && pair.mine !== outcome.mine) {
        await onBlocked(transaction, both, isBlocking(outcome))
      }
    },
  })
}

/** From here on, until the transaction ends, nothing changes between two people but by it. */
export async function lockBoth(
  friendships: PlainStore<typeof friendship>,
  pair: readonly [string, string],
  transaction: Transaction,
): Promise<void> {
  const name = `friendship ${[...pair].toSorted().join(' ')}`
  await friendships.transactions.lock([name], transaction)
}

function isBlocking({ mine, theirs }: FriendshipPair): boolean {
  return mine === 'blocked' || theirs === 'blocked'
}

interface Row {
  readonly key: string
  readonly state: FriendshipState
}

async function readRows(
  friendships: PlainStore<typeof friendship>,
  { me, other }: Both,
  transaction: Transaction,
): Promise<{ readonly mine: Row | undefined; readonly theirs: Row | undefined }> {
  const filter = where(all, 'friendship', (row) => {
    const isMine = row.user_id.eq(me).and(row.other_id.eq(other))
    return isMine.or(row.user_id.eq(other).and(row.other_id.eq(me)))
  })
  const { results } = await friendships.search({ filter }, { transaction })
  const rowOf = (user: string): Row | undefined => {
    const found = results.find(({ item }) => item.user_id === user)
    return found && { key: found.key, state: found.item.state }
  }
  return { mine: rowOf(me), theirs: rowOf(other) }
}

interface Side extends Both {
  readonly row: Row | undefined
  readonly state: FriendshipState | undefined
}

async function write(
  friendships: PlainStore<typeof friendship>,
  { me, other, row, state }: Side,
  transaction: Transaction,
): Promise<void> {
  if (row?.state === state) return
  if (row === undefined) {
    if (state === undefined) return
    await friendships.create({ user_id: me, other_id: other, state }, { transaction })
  } else if (state === undefined) await friendships.delete(row.key, { transaction })
  else await friendships.update(row.key, { state }, { transaction })
}
