/**
 * What the page knows of the server, as a type. Nothing of it gets into the bundle. Resources that this server does not offer yet are
 * declared here as they will be; the page asks which there are (`state/offers.ts`).
 */
import Type from 'typebox'
import {
  attribute,
  belongsTo,
  createdAt,
  hasMany,
  id,
  reference,
  resource,
  resources,
  timestamp,
  updatedAt,
  type Action,
  type Item,
  type Resource,
} from '../../framework/index.ts'
import type { Api as ClientApi, Result } from '../../framework/client/index.ts'
import type { Api as MessengerApi } from '../api.ts'
import { securityEvent } from '../resources/security-event.ts'
import { secondFactor } from '../resources/second-factor.ts'
import { session } from '../resources/session.ts'

const TEXT = Type.String({ maxLength: 4000 })
const VISIBILITY = Type.Enum(['everyone', 'friends', 'nobody'])

const user = resource('user', {
  attributes: {
    id: id(),
    username: attribute(Type.String()).immutable(),
    full_name: attribute(Type.String()).nullable(),
    email_address: attribute(Type.String()).nullable(),
    about: attribute(Type.String()).nullable(),
    full_name_visibility: attribute(VISIBILITY).default('everyone'),
    email_address_visibility: attribute(VISIBILITY).default('nobody'),
    about_visibility: attribute(VISIBILITY).default('everyone'),
    avatar_visibility: attribute(VISIBILITY).default('everyone'),
    presence_visibility: attribute(VISIBILITY).default('everyone'),
    avatar_id: reference('attachment').nullable(),
    admin: attribute(Type.Boolean()).default(false),
    blocked: attribute(Type.Boolean()).default(false),
    created_at: createdAt(),
    updated_at: updatedAt(),
  },
  links: { authored_messages: hasMany('message', 'author_id') },
})

const conversation = resource('conversation', {
  attributes: {
    id: id(),
    kind: attribute(Type.Enum(['direct', 'group'])).serverSet(),
    title: attribute(Type.String({ minLength: 1, maxLength: 100 })).nullable(),
    owner_id: reference('user').nullable().serverSet(),
    join_code: attribute(Type.String()).nullable().serverSet(),
    message_count: attribute(Type.Integer()).serverSet(),
    last_message_at: timestamp().serverSet(),
    created_at: createdAt(),
    updated_at: updatedAt(),
  },
  links: {
    owner: belongsTo('user', 'owner_id'),
    members: hasMany('conversation_member', 'conversation_id'),
    messages: hasMany('message', 'conversation_id'),
  },
})

const conversationMember = resource('conversation_member', {
  attributes: {
    conversation_id: reference('conversation').immutable(),
    user_id: reference('user').immutable(),
    read_number: attribute(Type.Integer()).serverSet(),
    muted: attribute(Type.Boolean()).default(false),
    can_write: attribute(Type.Boolean()).serverSet(),
    invited_by_id: reference('user').nullable().serverSet(),
    created_at: createdAt(),
    updated_at: updatedAt(),
  },
  key: ['conversation_id', 'user_id'],
  links: {
    user: belongsTo('user', 'user_id'),
    conversation: belongsTo('conversation', 'conversation_id'),
  },
})

const message = resource('message', {
  attributes: {
    id: id(),
    text: TEXT,
    author_id: reference('user').immutable(),
    conversation_id: attribute(Type.String()).nullable().default(null).immutable(),
    number: attribute(Type.Integer()).nullable().serverSet(),
    reply_to_id: attribute(Type.String()).nullable().default(null).immutable(),
    attachment_ids: attribute(Type.Array(Type.String())).default([]).immutable(),
    edited_at: timestamp().nullable().serverSet(),
    deleted_at: timestamp().nullable().serverSet(),
    created_at: createdAt(),
    updated_at: updatedAt(),
  },
  links: {
    author: belongsTo('user', 'author_id'),
    reactions: hasMany('message_reaction', 'message_id'),
    attachments: hasMany('attachment', 'message_id'),
  },
})

const messageReaction = resource('message_reaction', {
  attributes: {
    message_id: reference('message').immutable(),
    user_id: reference('user').immutable(),
    emoji: attribute(Type.String()).immutable(),
    conversation_id: reference('conversation').nullable().serverSet(),
    created_at: createdAt(),
  },
  key: ['message_id', 'user_id', 'emoji'],
  links: { message: belongsTo('message', 'message_id') },
})

const attachment = resource('attachment', {
  attributes: {
    id: id(),
    owner_id: reference('user').serverSet(),
    purpose: attribute(Type.Enum(['message', 'avatar'])).serverSet(),
    state: attribute(Type.Enum(['uploading', 'ready', 'refused'])).serverSet(),
    kind: attribute(Type.Enum(['image', 'video', 'audio', 'file'])).serverSet(),
    name: attribute(Type.String()).serverSet(),
    media_type: attribute(Type.String()).serverSet(),
    byte_count: attribute(Type.Integer()).serverSet(),
    width: attribute(Type.Integer()).nullable().serverSet(),
    height: attribute(Type.Integer()).nullable().serverSet(),
    message_id: reference('message').nullable().serverSet(),
    conversation_id: reference('conversation').nullable().serverSet(),
    created_at: createdAt(),
  },
  links: { message: belongsTo('message', 'message_id') },
})

const friendship = resource('friendship', {
  attributes: {
    user_id: reference('user').immutable(),
    other_id: reference('user').immutable(),
    state: attribute(
      Type.Enum(['requested', 'asked', 'friends', 'refused', 'blocked']),
    ).serverSet(),
    created_at: createdAt(),
    updated_at: updatedAt(),
  },
  key: ['user_id', 'other_id'],
  links: { other: belongsTo('user', 'other_id') },
})

const availability = resource('availability', {
  attributes: { user_id: reference('user').immutable() },
  key: 'user_id',
  links: { user: belongsTo('user', 'user_id') },
})

const notification = resource('notification', {
  attributes: {
    id: id(),
    user_id: reference('user').immutable(),
    kind: attribute(
      Type.Enum([
        'invitation',
        'friend_request',
        'friend_accepted',
        'mention',
        'reply',
        'message',
        'export',
      ]),
    ).serverSet(),
    actor_id: reference('user').nullable().serverSet(),
    conversation_id: reference('conversation').nullable().serverSet(),
    message_id: reference('message').nullable().serverSet(),
    is_read: attribute(Type.Boolean()).default(false),
    created_at: createdAt(),
  },
  links: { actor: belongsTo('user', 'actor_id') },
})

/** What there is; its type is what is taken from it. */
export const all = resources({
  user,
  message,
  conversation,
  conversation_member: conversationMember,
  message_reaction: messageReaction,
  attachment,
  friendship,
  availability,
  notification,
  session,
  security_event: securityEvent,
  second_factor: secondFactor,
})

type ResultOf<R extends Resource> = Result<Item<R>>
type OfUser<N extends string, O = unknown> = Action<N, { user_id: string }, O>

type DomainActions =
  | OfUser<'direct_conversation', ResultOf<typeof conversation>>
  | Action<'conversation_join', { join_code: string }, ResultOf<typeof conversation>>
  | Action<'conversation_invite', { conversation_id: string; username: string }>
  | Action<'conversation_leave', { conversation_id: string }, undefined>
  | Action<'conversation_remove_member', { conversation_id: string; user_id: string }, undefined>
  | Action<'conversation_renew_code', { conversation_id: string }, ResultOf<typeof conversation>>
  | Action<
      'conversation_mark_read',
      { conversation_id: string; number: number },
      { read_number: number; unread: number }
    >
  | Action<'unread_counts', Record<never, never>, { total: number }>
  | Action<
      'search_messages',
      { query: string; conversation_id?: string; limit?: number },
      { results: ResultOf<typeof message>[] }
    >
  | Action<'search_people', { query: string; limit?: number }, { results: ResultOf<typeof user>[] }>
  | OfUser<'friend_request'>
  | OfUser<'friend_accept'>
  | OfUser<'friend_refuse'>
  | OfUser<'friend_withdraw'>
  | OfUser<'friend_remove'>
  | OfUser<'person_block'>
  | OfUser<'person_unblock'>

/** What the typed client of the page is made for. */
export type PageApi = ClientApi<
  (typeof all)['resources'],
  MessengerApi['actions'] | DomainActions,
  MessengerApi['channels'],
  { message: 'author_id'; message_reaction: 'user_id' }
>

/** A user as the caller may see it. */
export type User = Item<typeof user>
/** A message. */
export type Message = Item<typeof message>
/** A conversation. */
export type Conversation = Item<typeof conversation>
/** A member of one. */
export type Member = Item<typeof conversationMember>
/** A reaction to a message. */
export type Reaction = Item<typeof messageReaction>
/** A file of a message. */
export type Attachment = Item<typeof attachment>
/** How the caller stands with another user. */
export type Friendship = Item<typeof friendship>
/** Something that the caller is told of. */
export type Notice = Item<typeof notification>
