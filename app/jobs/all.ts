/** The messenger's jobs, gathered. */
import type { PlainStore } from '../../framework/index.ts'
import type { Media } from '../media/media.ts'
import type { attachment } from '../resources/attachment.ts'
import type { session } from '../resources/session.ts'
import { cleanMediaJob } from './clean-media.ts'
import type { notification } from '../resources/notification.ts'
import { forgetNotificationsJob } from './forget-notifications.ts'
import { forgetSessionsJob } from './forget-sessions.ts'
import { removeMediaJob } from './remove-media.ts'

/** What jobs need. */
export interface JobsParts {
  readonly sessions: PlainStore<typeof session>
  readonly notifications: PlainStore<typeof notification>
  readonly attachments: PlainStore<typeof attachment>
  readonly media: Media
}

/** Every job of the messenger. */
export function allJobs({ sessions, notifications, attachments, media }: JobsParts) {
  return [
    forgetSessionsJob(sessions, Date.now),
    forgetNotificationsJob(notifications, Date.now),
    removeMediaJob(media),
    cleanMediaJob({ attachments, media, now: Date.now }),
  ] as const
}
