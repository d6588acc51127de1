/** Finds who is mentioned in a text. */

/** Most different names that are found in one text: who mentions more means nobody. */
export const MAX_MENTIONS = 20

/**
 * An at sign, and a name as `USERNAME` has them, with nothing before or after that would make it a part of something longer, such as
 * an e-mail address. A point or hyphen at the end belongs to the sentence.
 */
const MENTION =
  /(?<![\p{L}\p{M}\p{N}_.@-])@([a-z0-9](?:[a-z0-9._-]{0,38}[a-z0-9])?)(?![\p{L}\p{M}\p{N}_@])/giu
const SHORTEST = 2

/** The usernames that are mentioned as `@name`, each once, in their order, in lower case. Whether there are such users is not asked. */
export function mentionsIn(text: string): readonly string[] {
  const names = new Set<string>()
  for (const [, name = ''] of text.matchAll(MENTION)) {
    if (name.length >= SHORTEST) names.add(name.toLowerCase())
    if (names.size === MAX_MENTIONS) break
  }
  return [...names]
}
