/** Resources with rules of every kind, for tests of what callers may do: own rows, links, attributes, the row before and after. */
import Type from 'typebox'
import { attribute } from '../../framework/resource/attribute.ts'
import { uniqueIndex } from '../../framework/resource/declared-index.ts'
import { belongsTo, hasMany } from '../../framework/resource/link.ts'
import { resources } from '../../framework/resource/registry.ts'
import { resource } from '../../framework/resource/resource.ts'
import { id, reference, updatedAt } from '../../framework/resource/standard-attributes.ts'
import { INT32 } from '../../framework/resource/wire-schemas.ts'
import { restrictedStoreFactory } from '../../framework/store/restricted-store-factory.ts'
import type { StoreFactory } from '../../framework/store/store-factory.ts'

const NAME = Type.String({ minLength: 1, maxLength: 40 })

/** Everybody is public, but for the email address. */
export const person = resource('person', {
  attributes: {
    id: id({ client: true }),
    name: attribute(NAME).unique(),
    email: attribute(NAME).nullable().unique(),
    admin: attribute(Type.Boolean()).default(false),
    digest: attribute(NAME).nullable().unique().secret(),
    updated_at: updatedAt(),
  },
  links: { posts: hasMany('post', 'author_id') },
})

/** Only its members and its owner see it. */
export const room = resource('room', {
  attributes: { id: id({ client: true }), title: NAME, owner_id: reference('person') },
  links: {
    owner: belongsTo('person', 'owner_id'),
    members: hasMany('member', 'room_id'),
    posts: hasMany('post', 'room_id'),
  },
})

/** Who is in a room. */
export const member = resource('member', {
  attributes: {
    room_id: reference('room').immutable(),
    person_id: reference('person').immutable(),
    role: attribute(Type.Enum(['guest', 'host'])).default('guest'),
  },
  key: ['room_id', 'person_id'],
  links: {
    room: belongsTo('room', 'room_id', { onDelete: 'cascade' }),
    person: belongsTo('person', 'person_id', { onDelete: 'cascade' }),
  },
})

/** What somebody wrote in a room. Drafts are its author's alone. */
export const post = resource('post', {
  attributes: {
    id: id({ client: true }),
    room_id: reference('room'),
    author_id: reference('person').immutable(),
    text: Type.String({ minLength: 1, maxLength: 600 }),
    draft: attribute(Type.Boolean()).default(false),
    score: attribute(INT32).nullable(),
    reply_to_id: reference('post').nullable(),
  },
  links: {
    room: belongsTo('room', 'room_id', { onDelete: 'cascade' }),
    author: belongsTo('person', 'author_id'),
    reply_to: belongsTo('post', 'reply_to_id'),
    replies: hasMany('post', 'reply_to_id'),
  },
  indexes: [uniqueIndex('room_id', 'text')],
})

/** All of them. */
export const chat = resources({ person, room, member, post })

const people = restrictedStoreFactory(chat, 'person', ({ row, me, anyone }) => {
  const isSelf = row.id.eq(me.id)
  const isAdmin = me.scope('admin')
  return {
    read: anyone,
    update: isSelf.or(isAdmin),
    delete: isAdmin.and(row.id.ne(me.id)),
    attributes: {
      email: { read: isSelf.or(isAdmin) },
      admin: { update: isAdmin.and(row.id.ne(me.id)) },
    },
  }
})

const rooms = restrictedStoreFactory(chat, 'room', ({ row, me }) => {
  const isOwner = row.owner_id.eq(me.id)
  return {
    read: isOwner.or(row.members.some(({ person_id }) => person_id.eq(me.id))),
    create: me.authenticated,
    update: isOwner,
    delete: isOwner,
    sets: { owner_id: me.id },
  }
})

const members = restrictedStoreFactory(chat, 'member', ({ row, me }) => {
  const isOwner = row.room.some(({ owner_id }) => owner_id.eq(me.id))
  return {
    read: isOwner.or(row.person_id.eq(me.id)),
    create: isOwner,
    update: isOwner,
    delete: isOwner,
  }
})

const posts = restrictedStoreFactory(chat, 'post', ({ row, before, me }) => {
  const isAuthor = row.author_id.eq(me.id)
  const isMember = row.room.some(({ members }) =>
    members.some(({ person_id }) => person_id.eq(me.id)),
  )
  return {
    read: row.draft.eq(false).or(isAuthor),
    create: me.authenticated.and(isMember),
    update: isAuthor.and(isMember),
    delete: isAuthor.or(me.scope('admin')),
    attributes: {
      // What was published stays so.
      draft: { update: before.draft.eq(true) },
      score: { create: row.draft.eq(true), update: me.scope('admin') },
    },
    sets: { author_id: me.id },
  }
})

/** Their store factories. */
export const chatFactories: readonly StoreFactory[] = [people, rooms, members, posts]
