/** Lets people come into conversations, and go. */
import Type from 'typebox'
import {
  action,
  perAddress,
  perCaller,
  resultSchema,
  UnauthenticatedError,
  web,
  type ActionContext,
  type Result,
} from '../../framework/index.ts'
import type { Asking, Conversations } from '../conversations.ts'
import { conversation, JOIN_CODE } from '../resources/conversation.ts'
import { conversationMember } from '../resources/conversation-member.ts'
import { USERNAME } from '../resources/user.ts'
import { UUID } from '../uuid.ts'
import { readOwn } from './read-own.ts'

const EXAMPLE = '0198c5d2-7b1a-7c3e-9f00-2f4b8f1d6a01'
const CONVERSATION = Type.Object({ conversation_id: UUID }, { additionalProperties: false })
const ONE_CONVERSATION = [{ name: 'A conversation', input: { conversation_id: EXAMPLE } }] as const

/** All actions around who is in a conversation. */
export function conversationActions(conversations: Conversations) {
  return [
    directConversationAction(conversations),
    joinAction(conversations),
    inviteAction(conversations),
    leaveAction(conversations),
    removeMemberAction(conversations),
    renewCodeAction(conversations),
  ] as const
}

function askingOf({ caller: { subject }, transaction }: ActionContext): Asking {
  if (subject === undefined) throw new UnauthenticatedError()
  return { me: subject, transaction }
}

function conversationOf(context: ActionContext, key: string): Promise<Result<typeof conversation>> {
  return readOwn(conversation, key, context)
}

function directConversationAction(conversations: Conversations) {
  return action('direct_conversation', {
    description:
      'Answers the conversation between the caller and somebody else. It is made when there is none.',
    input: Type.Object({ user_id: UUID }, { additionalProperties: false }),
    output: resultSchema(conversation),
    triggers: [web()],
    limits: [perCaller({ count: 120, seconds: 3600 })],
    examples: [{ name: 'Somebody', input: { user_id: EXAMPLE } }],
    run: async ({ user_id }, context) =>
      conversationOf(context, await conversations.direct(user_id, askingOf(context))),
  })
}

function joinAction(conversations: Conversations) {
  return action('conversation_join', {
    description: 'Joins a group by its code. It changes nothing for who is in it.',
    input: Type.Object({ join_code: JOIN_CODE }, { additionalProperties: false }),
    output: resultSchema(conversation),
    triggers: [web()],
    // A code must not be found by trying.
    limits: [perAddress({ count: 60, seconds: 300 }), perCaller({ count: 20, seconds: 900 })],
    examples: [{ name: 'A code', input: { join_code: 'pV2y7x0cQm4kZ1bT9sLw3A' } }],
    run: async ({ join_code }, context) =>
      conversationOf(context, await conversations.join(join_code, askingOf(context))),
  })
}

function inviteAction(conversations: Conversations) {
  return action('conversation_invite', {
    description:
      'Brings a user into a group. Each member may. It changes nothing for who is in it.',
    input: Type.Object(
      { conversation_id: UUID, username: USERNAME },
      { additionalProperties: false },
    ),
    output: resultSchema(conversationMember),
    triggers: [web()],
    limits: [perCaller({ count: 60, seconds: 3600 })],
    examples: [{ name: 'Somebody', input: { conversation_id: EXAMPLE, username: 'tim' } }],
    async run({ conversation_id, username }, context) {
      const invitation = { conversation: conversation_id, username }
      const key = await conversations.invite(invitation, askingOf(context))
      return readOwn(conversationMember, key, context)
    },
  })
}

function leaveAction(conversations: Conversations) {
  return action('conversation_leave', {
    description:
      'Leaves a group. What one owned goes to who has been in it for longest; the last one takes the group along.',
    input: CONVERSATION,
    triggers: [web()],
    examples: ONE_CONVERSATION,
    run: ({ conversation_id }, context) => conversations.leave(conversation_id, askingOf(context)),
  })
}

function removeMemberAction(conversations: Conversations) {
  return action('conversation_remove_member', {
    description: 'Puts somebody out of a group of the caller, and renews its code.',
    input: Type.Object({ conversation_id: UUID, user_id: UUID }, { additionalProperties: false }),
    triggers: [web()],
    examples: [{ name: 'Somebody', input: { conversation_id: EXAMPLE, user_id: EXAMPLE } }],
    run: ({ conversation_id, user_id }, context) =>
      conversations.removeMember(
        { conversation: conversation_id, user: user_id },
        askingOf(context),
      ),
  })
}

function renewCodeAction(conversations: Conversations) {
  return action('conversation_renew_code', {
    description: 'Gives a group of the caller another code. The one before is good no more.',
    input: CONVERSATION,
    output: resultSchema(conversation),
    triggers: [web()],
    examples: ONE_CONVERSATION,
    async run({ conversation_id }, context) {
      await conversations.renewCode(conversation_id, askingOf(context))
      return conversationOf(context, conversation_id)
    },
  })
}
