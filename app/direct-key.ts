/** What tells the conversation of two people from all others. */

/** The same text for two people, whichever comes first. */
export function directKeyOf(one: string, other: string): string {
  return one < other ? `${one}:${other}` : `${other}:${one}`
}
