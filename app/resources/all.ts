/** The messenger's resources, gathered. */
import { resources } from '../../framework/index.ts'
import { availability } from './availability.ts'
import { friendship } from './friendship.ts'
import { message } from './message.ts'
import { notification } from './notification.ts'
import { secondFactor } from './second-factor.ts'
import { securityEvent } from './security-event.ts'
import { session } from './session.ts'
import { user } from './user.ts'

/** Every resource of the messenger. */
export const all = resources({
  user,
  message,
  session,
  security_event: securityEvent,
  second_factor: secondFactor,
  friendship,
  availability,
  notification,
})
