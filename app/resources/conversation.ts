/** What some people write to each other, and nobody else reads. */
import Type from 'typebox'
import {
  attribute,
  belongsTo,
  createdAt,
  hasMany,
  id,
  index,
  reference,
  resource,
  timestamp,
  updatedAt,
} from '../../framework/index.ts'

/** Two people, once for both; or however many joined. */
export const CONVERSATION_KINDS = ['direct', 'group'] as const

/** What a group is called. */
export const TITLE = Type.String({ minLength: 1, maxLength: 100, examples: ['Garden'] })

/** By whom it is known may join: 128 random bits in base64url. */
export const JOIN_CODE = Type.String({
  minLength: 22,
  maxLength: 22,
  pattern: '^[A-Za-z0-9_-]+$',
  examples: ['pV2y7x0cQm4kZ1bT9sLw3A'],
})

/** A conversation. */
export const conversation = resource('conversation', {
  description: 'A conversation of two people, or of a group. Its members alone know of it.',
  attributes: {
    id: id(),
    kind: attribute(Type.Enum([...CONVERSATION_KINDS])).serverSet(),
    title: attribute(TITLE).nullable(),
    owner_id: reference('user').nullable().serverSet(),
    join_code: attribute(JOIN_CODE).nullable().serverSet().unique().unsearchable().unsortable(),
    /** Both ids, the smaller first, so that two people have one. */
    direct_key: attribute(Type.String({ maxLength: 73 }))
      .nullable()
      .secret()
      .unique(),
    message_count: attribute(
      Type.Integer({
        minimum: 0,
        description: 'The number of its last message. Deleted ones are counted.',
      }),
    )
      .default(0)
      .serverSet(),
    last_message_at: timestamp().serverSet(),
    created_at: createdAt(),
    updated_at: updatedAt(),
  },
  links: {
    owner: belongsTo('user', 'owner_id'),
    members: hasMany('conversation_member', 'conversation_id'),
    messages: hasMany('message', 'conversation_id'),
    attachments: hasMany('attachment', 'conversation_id'),
  },
  indexes: [index('last_message_at')],
  label: 'title',
})
