/** The messenger's resources, gathered. */
import { resources } from '../../framework/index.ts'
import { attachment } from './attachment.ts'
import { availability } from './availability.ts'
import { conversationMember } from './conversation-member.ts'
import { conversation } from './conversation.ts'
import { dataExport } from './data-export.ts'
import { emailConfirmation } from './email-confirmation.ts'
import { friendship } from './friendship.ts'
import { messageReaction } from './message-reaction.ts'
import { messageVersion } from './message-version.ts'
import { message } from './message.ts'
import { notification } from './notification.ts'
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
  conversation,
  conversation_member: conversationMember,
  message_version: messageVersion,
  message_reaction: messageReaction,
  attachment,
  friendship,
  availability,
  notification,
  data_export: dataExport,
})
