/** The messenger's resources, gathered. */
import { resources } from '../../framework/index.ts'
import { conversation } from './conversation.ts'
import { conversationMember } from './conversation-member.ts'
import { attachment } from './attachment.ts'
import { messageReaction } from './message-reaction.ts'
import { messageVersion } from './message-version.ts'
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
  conversation,
  conversation_member: conversationMember,
  message_version: messageVersion,
  message_reaction: messageReaction,
  attachment,
  friendship,
  availability,
  notification,
})
