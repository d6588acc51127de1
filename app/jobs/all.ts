/** The messenger's jobs, gathered. */
import type { Passwords, PlainStore } from '../../framework/index.ts'
import type { DomainStores } from '../domain-stores.ts'
import type { Post } from '../mail/post.ts'
import type { Media } from '../media/media.ts'
import type { Notifier } from '../notifications.ts'
import type { emailConfirmation } from '../resources/email-confirmation.ts'
import type { notification } from '../resources/notification.ts'
import type { passwordRecovery } from '../resources/password-recovery.ts'
import type { securityEvent } from '../resources/security-event.ts'
import type { session } from '../resources/session.ts'
import type { user } from '../resources/user.ts'
import { cleanMediaJob } from './clean-media.ts'
import { eraseConversationJob } from './erase-conversation.ts'
import { eraseMessagesJob } from './erase-messages.ts'
import { forgetExportsJob } from './forget-exports.ts'
import { forgetNotificationsJob } from './forget-notifications.ts'
import { forgetSecurityEventsJob } from './forget-security-events.ts'
import { forgetSessionsJob } from './forget-sessions.ts'
import { mailAddressNoticeJob } from './mail-address-notice.ts'
import { mailConfirmationJob } from './mail-confirmation.ts'
import { mailPasswordNoticeJob } from './mail-password-notice.ts'
import { mailPasswordJob } from './mail-password.ts'
import { mailRecoveryJob } from './mail-recovery.ts'
import { makeExportJob } from './make-export.ts'
import { removeMediaJob } from './remove-media.ts'
import { tellOfMessageJob } from './tell-of-message.ts'
import { tellOfUnreadJob } from './tell-of-unread.ts'

/** What the jobs need. */
export interface JobParts {
  readonly stores: DomainStores
  readonly users: PlainStore<typeof user>
  readonly passwords: Passwords
  readonly sessions: PlainStore<typeof session>
  readonly recoveries: PlainStore<typeof passwordRecovery>
  readonly confirmations: PlainStore<typeof emailConfirmation>
  readonly events: PlainStore<typeof securityEvent>
  readonly notifications: PlainStore<typeof notification>
  readonly media: Media
  readonly notifier: Notifier
  /** Undefined: no mail is sent, and there are no jobs for it. */
  readonly post: Post | undefined
  /** Milliseconds since the epoch. */
  readonly now: () => number
}

/** Every job of the messenger, and by themselves those that actions send: there are none where no mail is sent. */
export function allJobs(parts: JobParts) {
  const { sessions, recoveries, confirmations, events, notifications } = parts
  const { stores, media, post, now } = parts
  const exports = stores.store('data_export')
  const makeExport = makeExportJob(parts)
  const tellOfUnread = tellOfUnreadJob(parts)
  const always = [
    forgetSessionsJob({ sessions, recoveries, confirmations }, now),
    forgetSecurityEventsJob(events, now),
    forgetNotificationsJob(notifications, now),
    removeMediaJob(media),
    cleanMediaJob({ stores, media, now }),
    tellOfMessageJob({ ...parts, tellOfUnread }),
    tellOfUnread,
    makeExport,
    eraseMessagesJob({ stores, now }),
    eraseConversationJob(stores),
    forgetExportsJob(exports, now),
  ]
  if (post === undefined) return { jobs: always, makeExport }
  const mailParts = { ...parts, post }
  const mailRecovery = mailRecoveryJob(mailParts)
  const mailPassword = mailPasswordJob(mailParts)
  const jobs = [
    ...always,
    mailRecovery,
    mailPassword,
    mailPasswordNoticeJob(mailParts),
    mailAddressNoticeJob(mailParts),
    mailConfirmationJob(mailParts),
  ]
  return { jobs, makeExport, mailRecovery, mailPassword }
}
