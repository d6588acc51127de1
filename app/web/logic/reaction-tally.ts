/** Counts the reactions to messages. */

/** What is known of a reaction. */
export interface GivenReaction {
  readonly message_id: string
  readonly user_id: string
  readonly emoji: string
}

/** One emoji under a message. */
export interface ReactionTally {
  readonly emoji: string
  readonly users: readonly string[]
  readonly isMine: boolean
}

/** The tallies of each message, by its key, the emoji in the order in which they came first. */
export function tallyReactions(
  reactions: readonly GivenReaction[],
  me: string | undefined,
): ReadonlyMap<string, readonly ReactionTally[]> {
  const byMessage = new Map<string, Map<string, string[]>>()
  for (const { message_id, user_id, emoji } of reactions) {
    const tallies = byMessage.get(message_id) ?? new Map<string, string[]>()
    byMessage.set(message_id, tallies)
    tallies.set(emoji, [...(tallies.get(emoji) ?? []), user_id])
  }
  return new Map(
    [...byMessage].map(([key, tallies]) => [
      key,
      [...tallies].map(([emoji, users]) => ({
        emoji,
        users,
        isMine: me !== undefined && users.includes(me),
      })),
    ]),
  )
}
