/** What the messenger knows of people among each other: friendships, who is found, and who is told. */
import type { Stores } from '../framework/index.ts'
import { createSetDirectWritable } from './direct-writable.ts'
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

/** What it needs. */
export interface PeopleParts {
  readonly stores: Stores<(typeof all)['resources']>
  /** Milliseconds since the epoch. */
  readonly now: () => number
}

/** Puts it together on the stores. */
export function createPeople({ stores, now }: PeopleParts): People {
  const notifier = createNotifier({ stores, now })
  const setDirectWritable = createSetDirectWritable({ stores, now })
  return Object.freeze<People>({
    notifier,
    friendships: createFriendships({
      stores,
      notifier,
      // Whoever blocks somebody does not want to hear of it any more.
      async onBlocked(transaction, { me, other }, isBlocked) {
        if (isBlocked) await notifier.withdraw({ user: me, actor: other }, transaction)
        await setDirectWritable(transaction, [me, other], !isBlocked)
      },
    }),
    search: createPeopleSearch(stores.database),
  })
}
