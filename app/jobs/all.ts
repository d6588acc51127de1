/** The messenger's jobs, gathered. */
import type { PlainStore } from '../../framework/index.ts'
import type { Post } from '../mail/post.ts'
import type { emailConfirmation } from '../resources/email-confirmation.ts'
import type { passwordRecovery } from '../resources/password-recovery.ts'
import type { session } from '../resources/session.ts'
import type { user } from '../resources/user.ts'
import { forgetSessionsJob } from './forget-sessions.ts'
import { mailAddressNoticeJob } from './mail-address-notice.ts'
import { mailConfirmationJob } from './mail-confirmation.ts'
import { mailPasswordNoticeJob } from './mail-password-notice.ts'
import { mailRecoveryJob } from './mail-recovery.ts'

/** What the jobs need. */
export interface JobParts {
  readonly users: PlainStore<typeof user>
  readonly sessions: PlainStore<typeof session>
  readonly recoveries: PlainStore<typeof passwordRecovery>
  readonly confirmations: PlainStore<typeof emailConfirmation>
  /** Undefined: no mail is sent, and there are no jobs for it. */
  readonly post: Post | undefined
  /** Milliseconds since the epoch. */
  readonly now: () => number
}

/** Every job of the messenger, and by itself the one that an action sends. */
export function allJobs({ users, sessions, recoveries, confirmations, post, now }: JobParts) {
  const forget = forgetSessionsJob({ sessions, recoveries, confirmations }, now)
  if (post === undefined) return { jobs: [forget], mailRecovery: undefined }
  const mailRecovery = mailRecoveryJob({ users, recoveries, post, now })
  const jobs = [
    forget,
    mailRecovery,
    mailPasswordNoticeJob({ users, post }),
    mailAddressNoticeJob({ users, post }),
    mailConfirmationJob({ users, confirmations, post, now }),
  ]
  return { jobs, mailRecovery }
}
