/** A person with an account. */
import Type from 'typebox'
import {
  attribute,
  belongsTo,
  createdAt,
  hasCount,
  hasMany,
  hasOne,
  id,
  index,
  reference,
  resource,
  timestamp,
  trigramIndex,
  updatedAt,
} from '../../framework/index.ts'

/** The name a person logs in with: lower-case ASCII, so that no two names look alike. */
export const USERNAME = Type.String({
  minLength: 2,
  maxLength: 40,
  pattern: '^[a-z0-9]([a-z0-9._-]*[a-z0-9])?$',
  description:
    'Lower-case letters, digits and . _ - inside; never changes while there is the account.',
  examples: ['tim'],
})

/** What a person is called. */
export const FULL_NAME = Type.String({ minLength: 1, maxLength: 255, examples: ['Tim Example'] })

/** Where mail for a person goes. Kept in lower case: nobody's mail depends on it, and people type it either way. */
export const EMAIL_ADDRESS = Type.String({
  format: 'email',
  maxLength: 254,
  examples: ['tim@example.org'],
})

/** What a person tells of itself. */
export const ABOUT = Type.String({
  minLength: 1,
  maxLength: 500,
  examples: ['I like quiet green lamps.'],
})

/** Who else may know a part of a profile. */
export const VISIBILITIES = ['everyone', 'friends', 'nobody'] as const

/** For oneself and admins to know: whoever it hides something from is not told so. */
function visibility(description: string, initial: (typeof VISIBILITIES)[number]) {
  const schema = Type.Enum([...VISIBILITIES], { description })
  return attribute(schema).default(initial).unsearchable()
}

function visibilityOf(name: string, initial: (typeof VISIBILITIES)[number]) {
  return visibility(
    `Who may read \`${name}\` besides oneself and admins. Whoever is logged in as somebody that one has blocked reads it in no case.`,
    initial,
  )
}

/** Who has an account. Accounts are made by signing up. */
export const user = resource('user', {
  description: 'A person with an account.',
  attributes: {
    id: id(),
    username: attribute(USERNAME).unique().immutable(),
    full_name: attribute(FULL_NAME).nullable(),
    /** Changed by `change_email_address` alone, which asks the password: recovery follows it. */
    email_address: attribute(EMAIL_ADDRESS).nullable().serverSet(),
    /** Where recovery goes: whoever reads its mail has said that it is right. */
    confirmed_address: attribute(EMAIL_ADDRESS).nullable().serverSet(),
    about: attribute(ABOUT).nullable(),
    avatar_id: reference('attachment').nullable().unique(),
    full_name_visibility: visibilityOf('full_name', 'everyone'),
    email_address_visibility: visibilityOf('email_address', 'nobody'),
    about_visibility: visibilityOf('about', 'everyone'),
    avatar_visibility: visibilityOf('avatar_id', 'everyone'),
    presence_visibility: visibility(
      'Who may see when you are there: everyone who is logged in, your friends, or nobody. Whoever you have blocked sees it in no case.',
      'everyone',
    ),
    admin: attribute(Type.Boolean()).default(false),
    blocked: attribute(Type.Boolean()).default(false),
    password_digest: attribute(Type.String({ maxLength: 512 })).secret(),
    /** Of a password that was mailed: until then it is good for one login, which must bring another. Null: it was chosen. */
    password_expires_at: timestamp().nullable().secret(),
    /** Its owner has deleted the account. Nothing here tells who it was, and nobody logs in. */
    deleted_at: timestamp().nullable().serverSet(),
    created_at: createdAt(),
    updated_at: updatedAt(),
  },
  links: {
    avatar: belongsTo('attachment', 'avatar_id', { onDelete: 'nullify' }),
    authored_messages: hasMany('message', 'author_id'),
    authored_message_count: hasCount('message', 'author_id'),
    /** What the user is to the caller: of all that lead here, each caller reads its own. */
    friendship: hasOne('friendship', 'other_id'),
    friendships: hasMany('friendship', 'user_id'),
  },
  indexes: [
    index('created_at'),
    index('email_address'),
    index('confirmed_address'),
    trigramIndex('username'),
    trigramIndex('full_name'),
  ],
  label: 'username',
  summary: 'full_name',
})
