/** The people that are shown, as they are now. */
import { shallowReactive } from 'vue'
import type { User } from '../rows.ts'
import { nameOf } from '../logic/person-look.ts'
import { createWatchGroups } from '../logic/watch-groups.ts'
import type { PageClient } from './client.ts'

/** People by their keys. */
export interface People {
  /** Undefined until it is known, and for who may not be read; watched from when it is first looked at. */
  find(id: string): User | undefined
  /** What somebody is called; empty until it is known. */
  nameOf(id: string): string
  /** What was read of somebody elsewhere, to be shown until it is watched. */
  put(user: User): void
  close(): void
}

/** What a store of people is made with. */
export interface PeopleOptions {
  readonly client: PageClient
  readonly report: (error: unknown) => void
  /** What somebody is called whose account is deleted. */
  readonly nobody: () => string
}

/** Makes an empty store of people. */
export function createPeople({ client, report, nobody }: PeopleOptions): People {
  const known = shallowReactive(new Map<string, User>())
  // The server finds these by the id of who has changed: whoever is not looked at costs it nothing.
  const watched = createWatchGroups((ids, { onKnown, onEnd }) =>
    client.user.live(
      { where: { id: { oneof: ids } } },
      (rows) => {
        onKnown()
        rows.forEach(({ item }) => learn(item))
      },
      {
        onError(error) {
          onEnd()
          report(error)
        },
      },
    ),
  )

  /** Everybody of a group is told of when one is added or has changed: who is the same is not drawn again. */
  function learn(user: User): void {
    if (JSON.stringify(known.get(user.id)) !== JSON.stringify(user)) known.set(user.id, user)
  }

  function find(id: string): User | undefined {
    if (!watched.has(id)) watched.add(id)
    return known.get(id)
  }

  return {
    find,
    nameOf(id) {
      const found = find(id)
      return found === undefined ? '' : nameOf(found, nobody())
    },
    put(user) {
      // It may be older than what is told of who is watched.
      if (!watched.has(user.id)) learn(user)
    },
    close: watched.close,
  }
}
