/** An open conversation: its messages with those on their way, its members, reactions and who is writing. */
import { computed, onScopeDispose, shallowRef, watch, type ComputedRef, type ShallowRef } from 'vue'
import type { Row, Where } from '../../../framework/client/index.ts'
import type { Api } from '../../api.ts'
import type { Member as MemberItem, Reaction } from '../rows.ts'
import { unlessPutOut } from '../logic/put-out.ts'
import { tallyReactions, type ReactionTally } from '../logic/reaction-tally.ts'
import { EVERYONE } from '../logic/route.ts'
import { withoutTwins } from '../logic/outbox.ts'
import { shownOutgoing, shownRow, type ShownMessage } from '../logic/shown-message.ts'
import type { Page } from './page.ts'
import type { Member } from './member.ts'
import { keepTrying } from './keep-trying.ts'
import { openThread, type Thread } from './thread.ts'
import { enterTyping, type Typing } from './typing.ts'

/** An open conversation. It is closed with the component that has opened it. */
export interface OpenConversation {
  readonly id: string
  readonly thread: Thread
  readonly messages: ComputedRef<readonly ShownMessage[]>
  /** Empty in the room of everybody. */
  readonly members: Readonly<ShallowRef<readonly Row<MemberItem>[]>>
  readonly reactions: ComputedRef<ReadonlyMap<string, readonly ReactionTally[]>>
  /** Undefined in the room of everybody. */
  readonly typing: Typing | undefined
  /** It is not there, or one is no member of it. */
  readonly isGone: Readonly<ShallowRef<boolean>>
  /** The key of the newest message of the server, '' when there is none; undefined until that is known. */
  newestKey(): string | undefined
  /** How many others have read a message. */
  readersOf(message: ShownMessage): number
  react(messageKey: string, emoji: string): void
  edit(messageKey: string, text: string): Promise<void>
  remove(messageKey: string): void
  /** Everything that is there has been seen. */
  markRead(): void
}

/** Opens a conversation for a component. */
export function useConversation(page: Page, member: Member, id: string): OpenConversation {
  const { client, report } = page
  const { outbox } = member
  const isEveryone = id === EVERYONE
  const where = isEveryone
    ? { conversation_id: { exists: false } }
    : { conversation_id: { eq: id } }
  const onLost = unlessPutOut(report)
  const thread = openThread(client, where, onLost)
  const members = shallowRef<readonly Row<MemberItem>[]>([])
  const { reactions, react, close } = openReactions(page, member, where)
  const typing = isEveryone
    ? undefined
    : enterTyping(client, {
        conversationId: id,
        me: member.id,
        canWrite: () => member.conversations.find(id)?.canWrite ?? true,
      })
  const handles = [
    thread,
    typing,
    { close },
    isEveryone
      ? undefined
      : client.conversation_member.live(
          { where, order: 'created_at' },
          (rows) => (members.value = rows),
          { onError: onLost },
        ),
  ]

  const messages = computed(() => {
    const rows = thread.messages.value.map((row) => shownRow(row, member.id))
    const outgoing = outbox.all.value.filter(({ conversationId }) => conversationId === id)
    const own = outgoing.length === 0 ? [] : rows.filter(({ isMine }) => isMine)
    return [...rows, ...withoutTwins(outgoing, own).map((one) => shownOutgoing(one, member.id))]
  })
  const keys = computed(() => new Set(thread.messages.value.map(({ key }) => key)))
  watch([keys, outbox.all], () => outbox.arrived(keys.value))
  onScopeDispose(() => {
    for (const handle of handles) handle?.close()
  })

  return {
    id,
    thread,
    messages,
    members,
    reactions,
    typing,
    isGone: useIsGone(page, member, id),
    newestKey: () => (thread.isReady.value ? (thread.messages.value.at(-1)?.key ?? '') : undefined),
    readersOf: ({ number }) =>
      number === null
        ? 0
        : members.value.filter(
            ({ item }) => item.user_id !== member.id && item.read_number >= number,
          ).length,
    react,
    async edit(key, text) {
      await client.message.update(key, { text })
    },
    remove(key) {
      client.message.delete(key).catch(page.tellFailure)
    },
    markRead() {
      const last = thread.messages.value.at(-1)
      if (last !== undefined) member.conversations.markRead(id, last)
    },
  }
}

/** Tells whether a conversation that is not in the list is nowhere: one that has just been made comes a little later. */
function useIsGone({ client, report }: Page, { conversations }: Member, id: string) {
  const isGone = shallowRef(false)
  const isMissing = computed(
    () => id !== EVERYONE && conversations.areKnown.value && conversations.find(id) === undefined,
  )
  watch(
    isMissing,
    (now, _before, onCleanup) => {
      isGone.value = false
      if (!now) return
      const asking = new AbortController()
      const { signal } = asking
      onCleanup(() => asking.abort())
      keepTrying(async () => {
        const isFound = (await client.conversation.read(id, { signal })) !== undefined
        if (!signal.aborted) isGone.value = !isFound
      }, signal).catch((error: unknown) => {
        if (!signal.aborted) report(error)
      })
    },
    { immediate: true },
  )
  return isGone
}

type ReactionWhere = Where<Api['resources'], Api['resources']['message_reaction']>

/** The reactions to the messages of a conversation, the oldest first. */
function openReactions(
  { client, report, tellFailure }: Page,
  { id }: Member,
  where: ReactionWhere,
) {
  const given = shallowRef<readonly Row<Reaction>[]>([])
  const live = client.message_reaction.live(
    // Of more than are kept these are the ones that one looks at.
    { where, order: '-created_at' },
    (rows) => (given.value = rows.toReversed()),
    { onError: unlessPutOut(report) },
  )
  return {
    reactions: computed(() =>
      tallyReactions(
        given.value.map(({ item }) => item),
        id,
      ),
    ),
    /** Gives it, or takes it back. */
    react(message_id: string, emoji: string): void {
      const own = given.value.find(
        ({ item }) => item.message_id === message_id && item.user_id === id && item.emoji === emoji,
      )
      const done: Promise<unknown> =
        own === undefined
          ? client.message_reaction.create({ message_id, emoji })
          : client.message_reaction.delete(own.key)
      done.catch(tellFailure)
    },
    close: () => live.close(),
  }
}
