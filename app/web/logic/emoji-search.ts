/** Finds emoji by their words. */

/** As the build brings them: the emoji, its name, its words, its group. */
export type PickedEmoji = readonly [emoji: string, name: string, words: string, group: number]

/** Most that are found. */
const MAX_FOUND = 80

/** Those of which each word of the query begins a word; in the order of the data. */
export function findEmoji(all: readonly PickedEmoji[], query: string): readonly PickedEmoji[] {
  const wanted = query.toLowerCase().split(/\s+/u).filter(Boolean)
  if (wanted.length === 0) return []
  const found: PickedEmoji[] = []
  for (const one of all) {
    const words = `${one[1]} ${one[2]}`.toLowerCase().split(/[\s_,:-]+/u)
    if (wanted.every((want) => words.some((word) => word.startsWith(want)))) found.push(one)
    if (found.length === MAX_FOUND) break
  }
  return found
}
