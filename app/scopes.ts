/** What users have been granted. */
import type { PlainStore } from '../framework/index.ts'
import type { user } from './resources/user.ts'

/** What a user has been granted by now; undefined when there is no such user any more, or it is blocked. */
export async function scopesOfUser(
  users: PlainStore<typeof user>,
  subject: string,
): Promise<readonly string[] | undefined> {
  const found = await users.read(subject)
  const isIn = found?.item.deleted_at === null && !found.item.blocked
  return isIn ? scopesOf(found.item) : undefined
}

/** What goes with what a user is. */
export function scopesOf({ admin }: { readonly admin: boolean }): readonly string[] {
  return admin ? ['admin'] : []
}
