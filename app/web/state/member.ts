/** Everything that is known while somebody is logged in; gone when it logs out. */
import { computed, shallowRef, type ComputedRef, type ShallowRef } from 'vue'
import type { Notice, User } from '../rows.ts'
import type { Row } from '../../../framework/client/index.ts'
import type { Outgoing } from '../logic/outbox.ts'
import { sessionOfToken } from '../logic/token-session.ts'
import { createAttachments, type Attachments } from './attachments.ts'
import { guardLeaving } from './leave-guard.ts'
import { createAvailability, type Availability } from './availability.ts'
import type { PageClient } from './client.ts'
import { openConversations, type Conversations } from './conversations.ts'
import { createOutbox, type Outbox } from './outbox.ts'
import { createPeople, type People } from './people.ts'
import type { MessageRow } from './thread.ts'
import { createTrays, type Trays } from './trays.ts'

/** Who is logged in, and what it has. */
export interface Member {
  readonly id: string
  /** Kept up to date. */
  readonly self: Readonly<ShallowRef<User>>
  readonly sessionKey: string
  readonly people: People
  readonly conversations: Conversations
  readonly availability: Availability
  readonly attachments: Attachments
  readonly outbox: Outbox
  /** Those that have not been read. */
  readonly notices: Readonly<ShallowRef<readonly Row<Notice>[]>>
  /** What is written and not sent, by conversation. */
  readonly drafts: Map<string, string>
  /** The files that are to go with it. */
  readonly trays: Trays
  /** What is on its way would be lost by leaving now. */
  readonly wouldLose: ComputedRef<boolean>
  close(): void
}

/** What a member is made with. */
export interface MemberOptions {
  readonly client: PageClient
  readonly report: (error: unknown) => void
  readonly explain: (error: unknown) => string
  readonly onArrival: (message: MessageRow) => void
  /** What somebody is called whose account is deleted. */
  readonly nobody: () => string
  /** A file can't be uploaded. @param name of the file */
  readonly onRefused: (name: string) => void
  /** A message was refused. */
  readonly onUnsent: (message: Outgoing) => void
}

const MAX_NOTICES = 50

/** Finds out who is logged in, and opens what it has. @throws ProblemError when the server does not answer */
export async function openMember(options: MemberOptions): Promise<Member> {
  const { client, report, explain, onArrival, nobody, onRefused, onUnsent } = options
  const { results } = await client.session.search({ limit: 1 })
  const [own] = results
  const id = own?.item.user_id ?? ''
  const [{ item }, token = ''] = await Promise.all([client.user.readOrThrow(id), client.token()])
  const self = shallowRef(item)
  const notices = shallowRef<readonly Row<Notice>[]>([])
  const people = createPeople({ client, report, nobody })
  people.put(item)
  const onError = { onError: report }
  const conversations = openConversations({ client, me: id, report, onArrival })
  const availability = createAvailability(client, id)
  const outbox = createOutbox({ client, explain, onRefused: onUnsent })
  const attachments = createAttachments(client, report)
  const trays = createTrays(client, onRefused)
  /** Where one is no member any more, what was refused can't be sent again. */
  const isWaiting = ({ state, conversationId }: Outgoing): boolean =>
    state === 'sending' || (state === 'failed' && conversations.find(conversationId) !== undefined)
  const wouldLose = computed(() => outbox.all.value.some(isWaiting) || trays.isUploading.value)
  const guard = guardLeaving(() => wouldLose.value)
  const ownRow = client.user.live(
    { where: { id: { eq: id } } },
    ([row]) => {
      if (row !== undefined) self.value = row.item
    },
    onError,
  )
  const unread = client.notification.live(
    { where: { is_read: { eq: false } }, order: '-created_at', limit: MAX_NOTICES },
    (rows) => (notices.value = rows),
    onError,
  )
  return {
    id,
    self,
    sessionKey: sessionOfToken(token),
    people,
    conversations,
    availability,
    attachments,
    outbox,
    notices,
    drafts: new Map(),
    trays,
    wouldLose,
    close() {
      for (const one of [people, conversations, availability, outbox, ownRow, unread]) one.close()
      for (const one of [attachments, trays, guard]) one.close()
    },
  }
}
