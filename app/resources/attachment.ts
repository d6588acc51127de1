/** A file that a person has uploaded: for a message, or to be shown beside its name. */
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
} from '../../framework/index.ts'

/** What files are for. */
export const PURPOSES = ['message', 'avatar'] as const

/** How far a file has come. One that is refused is no image that can be shown, and is never served. */
export const STATES = ['uploading', 'ready', 'refused'] as const

/** What a page can do with a file: show it, play it, or only offer it. */
export const KINDS = ['image', 'video', 'audio', 'file'] as const

/** Longest name, in characters. */
export const MAX_NAME_LENGTH = 255

/** A file. All of it is the server's: made by uploading, attached by writing a message or choosing an avatar. */
export const attachment = resource('attachment', {
  description:
    'A file. It is uploaded under `/uploads` by the tus protocol, and served under `/media/{key}` to who may read it here; images have a thumbnail under `/media/{key}/thumbnail`.',
  attributes: {
    id: id(),
    owner_id: reference('user').serverSet(),
    purpose: attribute(Type.Enum([...PURPOSES])).serverSet(),
    state: attribute(
      Type.Enum([...STATES], {
        description:
          'Only what is `ready` can be attached. `refused`: an image that is broken or too large.',
      }),
    ).serverSet(),
    kind: attribute(
      Type.Enum([...KINDS], {
        description: 'By what is in it, whatever it is called; `file` until it is ready.',
      }),
    ).serverSet(),
    name: attribute(
      Type.String({ minLength: 1, maxLength: MAX_NAME_LENGTH, examples: ['lamp.jpg'] }),
    ).serverSet(),
    media_type: attribute(Type.String({ maxLength: 100, examples: ['image/jpeg'] })).serverSet(),
    byte_count: attribute(
      Type.Integer({
        minimum: 0,
        description: 'Of what is served; of what is announced until it is ready.',
      }),
    ).serverSet(),
    width: attribute(Type.Integer({ minimum: 1, description: 'Of images, in pixels.' }))
      .nullable()
      .serverSet(),
    height: attribute(Type.Integer({ minimum: 1 }))
      .nullable()
      .serverSet(),
    message_id: reference('message').nullable().serverSet(),
    conversation_id: reference('conversation').nullable().serverSet(),
    created_at: createdAt(),
  },
  links: {
    owner: belongsTo('user', 'owner_id', { onDelete: 'cascade' }),
    message: belongsTo('message', 'message_id', { onDelete: 'cascade' }),
    conversation: belongsTo('conversation', 'conversation_id', { onDelete: 'cascade' }),
    shown_by: hasMany('user', 'avatar_id'),
  },
  indexes: [
    index('owner_id', 'created_at'),
    index('message_id'),
    index('conversation_id', 'created_at'),
    index('state', 'created_at'),
  ],
  label: 'name',
})
