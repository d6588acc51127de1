/** Users for tests that need no more than that they are there. */
import type { all } from '../../app/resources/all.ts'
import type { CreateInput } from '../../framework/index.ts'
import type { PlainStores } from '../../framework/postgres/postgres-stores.ts'

type Profile = Partial<CreateInput<(typeof all)['resources']['user']>>

/** Makes one for each name. @returns their keys */
export async function makeUsers<const N extends string>(
  { store }: Pick<PlainStores<(typeof all)['resources']>, 'store'>,
  ...names: readonly N[]
): Promise<Readonly<Record<N, string>>> {
  const keys: Partial<Record<N, string>> = {}
  for (const username of names) keys[username] = await makeUser({ store }, { username })
  return keys as Record<N, string> // each was just made
}

/** Makes one. @returns its key */
export async function makeUser(
  { store }: Pick<PlainStores<(typeof all)['resources']>, 'store'>,
  profile: Profile & { readonly username: string },
): Promise<string> {
  return (await store('user').create({ password_digest: 'x', ...profile })).key
}
