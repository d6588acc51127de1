/** The messenger's resources, gathered. */
import { resources } from '../../framework/index.ts'
import { emailConfirmation } from './email-confirmation.ts'
import { message } from './message.ts'
import { passwordRecovery } from './password-recovery.ts'
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
  password_recovery: passwordRecovery,
  email_confirmation: emailConfirmation,
  second_factor: secondFactor,
})
