/** How a person looks before it has a picture: a name, initials, and one of a few colours that stays the same. */

/** How many colours the style sheet has. */
export const HUES = 8

/** What a person is called: the full name where it may be read, else the username; `nobody` when the account is deleted. */
export function nameOf(
  person: {
    readonly username: string
    readonly full_name?: string | null | undefined
    readonly deleted_at?: string | null | undefined
  },
  nobody: string,
): string {
  return person.deleted_at ? nobody : (person.full_name ?? person.username)
}

/** One or two letters. */
export function initialsOf(name: string): string {
  const words = name.split(/[\s._-]+/u).filter((word) => word !== '')
  const letters = [words[0], words.length > 1 ? words.at(-1) : undefined]
  return letters.map((word) => [...(word ?? '')][0]?.toUpperCase() ?? '').join('') || '?'
}

/** A number below {@link HUES} that the same text always gets. */
export function hueOf(text: string): number {
  let hash = 0
  for (const sign of text) hash = (hash * 31 + (sign.codePointAt(0) ?? 0)) >>> 0
  return hash % HUES
}
