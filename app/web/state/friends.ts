/** How one stands with others, and what can be made of it. */
import { computed, onScopeDispose, shallowRef, type ComputedRef } from 'vue'
import type { Row } from '../../../framework/client/index.ts'
import type { Friendship } from '../rows.ts'
import type { Page } from './page.ts'

/** The states that a friendship may have, as oneself sees it; `none` where there is none. */
export type Standing = Friendship['state'] | 'none'

/** What one can do about somebody. */
export const FRIEND_ACTIONS = {
  request: 'friend_request',
  withdraw: 'friend_withdraw',
  accept: 'friend_accept',
  refuse: 'friend_refuse',
  remove: 'friend_remove',
  block: 'person_block',
  unblock: 'person_unblock',
} as const
/** One of them. */
export type FriendAction = keyof typeof FRIEND_ACTIONS

/** Which of them make sense, by how one stands: `requested` is asked by oneself, `asked` by the other. */
export const POSSIBLE: Readonly<Record<Standing, readonly FriendAction[]>> = {
  none: ['request', 'block'],
  requested: ['withdraw', 'block'],
  asked: ['accept', 'refuse', 'block'],
  friends: ['remove', 'block'],
  refused: ['request', 'block'],
  blocked: ['unblock'],
}

/** The friendships of a member. */
export interface Friends {
  /** The ids of those with whom one stands so. */
  of(standing: Standing): readonly string[]
  standingWith(id: string): Standing
  act(action: FriendAction, id: string): void
}

/** Opens them for a component. */
export function useFriends({ client, report, tellFailure }: Page): Friends {
  const rows = shallowRef<readonly Row<Friendship>[]>([])
  const handle = client.friendship.live({}, (now) => (rows.value = now), { onError: report })
  onScopeDispose(() => handle.close())
  const byId: ComputedRef<ReadonlyMap<string, Standing>> = computed(
    () => new Map(rows.value.map(({ item }) => [item.other_id, item.state])),
  )
  return {
    of: (standing) => [...byId.value].flatMap(([id, other]) => (other === standing ? [id] : [])),
    standingWith: (id) => byId.value.get(id) ?? 'none',
    act(action, user_id) {
      client.actions[FRIEND_ACTIONS[action]]({ user_id }).catch(tellFailure)
    },
  }
}
