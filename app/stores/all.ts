/** Who may do what in the messenger: the store factories of every resource that is reachable from outside. */
import type { StoreFactory } from '../../framework/index.ts'
import type { DomainStores } from '../domain-stores.ts'
import type { SecurityLog } from '../security-log.ts'
import { attachmentStoreFactory } from './attachment-store-factory.ts'
import { availabilityStoreFactory } from './availability-store-factory.ts'
import { conversationMemberStoreFactory } from './conversation-member-store-factory.ts'
import { conversationStoreFactory } from './conversation-store-factory.ts'
import { dataExportStoreFactory } from './data-export-store-factory.ts'
import { friendshipStoreFactory } from './friendship-store-factory.ts'
import { messageReactionStoreFactory } from './message-reaction-store-factory.ts'
import { messageStoreFactory } from './message-store-factory.ts'
import { messageVersionStoreFactory } from './message-version-store-factory.ts'
import { notificationStoreFactory } from './notification-store-factory.ts'
import { securityEventStoreFactory } from './security-event-store-factory.ts'
import { sessionStoreFactory } from './session-store-factory.ts'
import { userStoreFactory } from './user-store-factory.ts'
import { withAttachments } from './with-attachments.ts'
import { withAvatars } from './with-avatars.ts'

/** What the store factories need. */
export interface StoreFactoryParts {
  readonly stores: DomainStores
  readonly log: SecurityLog
  /** Milliseconds since the epoch. */
  readonly now: () => number
}

/** Every store factory of the messenger. A resource without one has no way in. */
export function allStoreFactories(parts: StoreFactoryParts): readonly StoreFactory[] {
  const { stores, log } = parts
  const [sessions, attachments] = [stores.store('session'), stores.store('attachment')]
  return [
    withAvatars(userStoreFactory({ ...parts, users: stores.store('user'), sessions }), attachments),
    withAttachments(messageStoreFactory(parts), attachments),
    attachmentStoreFactory,
    sessionStoreFactory({ sessions, log }),
    securityEventStoreFactory,
    conversationStoreFactory(parts),
    conversationMemberStoreFactory,
    messageVersionStoreFactory,
    messageReactionStoreFactory(stores),
    friendshipStoreFactory,
    availabilityStoreFactory,
    notificationStoreFactory,
    dataExportStoreFactory,
  ]
}
