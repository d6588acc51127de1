/** What the messenger knows of people among each other: friendships, who is found, and who is told. */
import type { Stores } from '../framework/index.ts'
import { createFriendships, type Friendships } from './friendships.ts'
import { createNotifier, type Notifier } from './notifications.ts'
import { createPeopleSearch, type PeopleSearch } from './people-search.ts'
import type { all } from './resources/all.ts'

/** People among each other. */
export interface People {
  readonly friendships: Friendships
  readonly search: PeopleSearch
  readonly notifier: Notifier
}

/** Puts it together on the stores. */
export function createPeople(stores: Stores<(typeof all)['resources']>): People {
  const friendships = stores.store('friendship')
  const notifications = stores.store('notification')
  const notifier = createNotifier({ notifications, friendships })
  return Object.freeze<People>({
    notifier,
    friendships: createFriendships({
      friendships,
      users: stores.store('user'),
      notifier,
      // Whoever blocks somebody does not want to hear of it any more.
      onBlocked: (transaction, { me, other }, isBlocked) =>
        isBlocked ? notifier.withdraw({ user: me, actor: other }, transaction) : Promise.resolve(),
    }),
    search: createPeopleSearch(stores.database),
  })
}
