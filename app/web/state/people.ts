/** The people that are shown, read once each and together. */
import { shallowReactive } from 'vue'
import type { User } from '../rows.ts'
import { nameOf } from '../logic/person-look.ts'
import type { PageClient } from './client.ts'

/** People by their keys. */
export interface People {
  /** Undefined until it is known, and for who may not be read; asked for by being looked at. */
  find(id: string): User | undefined
  /** What somebody is called; empty until it is known. */
  nameOf(id: string): string
  put(user: User): void
  /** Who is known by now under a username. */
  findByUsername(username: string): User | undefined
}

const MAX_KEYS = 100

/** Makes an empty store of people. */
export function createPeople(client: PageClient, report: (error: unknown) => void): People {
  const known = shallowReactive(new Map<string, User>())
  const asked = new Set<string>()
  const waiting = new Set<string>()

  async function read(): Promise<void> {
    const keys = [...waiting].slice(0, MAX_KEYS)
    keys.forEach((key) => waiting.delete(key))
    if (waiting.size > 0) schedule()
    try {
      for (const found of await client.user.readBatch(keys)) {
        if (found !== undefined) known.set(found.key, found.item)
      }
    } catch (error) {
      // Whoever is looked at again is asked for again.
      keys.forEach((key) => asked.delete(key))
      report(error)
    }
  }

  function schedule(): void {
    setTimeout(() => void read())
  }

  function find(id: string): User | undefined {
    const found = known.get(id)
    if (found === undefined && !asked.has(id)) {
      asked.add(id)
      if (waiting.size === 0) schedule()
      waiting.add(id)
    }
    return found
  }

  return {
    find,
    nameOf(id) {
      const found = find(id)
      return found === undefined ? '' : nameOf(found)
    },
    put: (user) => void known.set(user.id, user),
    findByUsername: (username) =>
      [...known.values()].find((person) => person.username === username),
  }
}
