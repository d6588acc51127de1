/** What a conversation is called for its reader. */
import type { People } from '../state/people.ts'
import type { Entry } from '../state/conversations.ts'

/** The title of a group, the name of the other one, or that of the room of everybody. */
export function titleOf(
  { kind, title, peerId }: Pick<Entry, 'kind' | 'title' | 'peerId'>,
  people: Pick<People, 'nameOf'>,
  text: (name: string) => string,
): string {
  if (kind === 'everyone') return text('list.everyone')
  if (kind === 'group') return title ?? ''
  return (peerId === undefined ? '' : people.nameOf(peerId)) || text('thread.unknownPerson')
}
