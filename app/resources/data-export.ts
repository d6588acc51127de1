/** All that is kept of a user, as a file for that user. */
import Type from 'typebox'
import {
  attribute,
  belongsTo,
  createdAt,
  id,
  index,
  reference,
  resource,
  timestamp,
} from '../../framework/index.ts'

/** How far an export has come. One that failed can be asked for again. */
export const EXPORT_STATES = ['requested', 'ready', 'failed'] as const

/** How long one is there, in milliseconds. */
export const EXPORT_KEPT_MS = 7 * 24 * 3600 * 1000

/** An export. It has rows of its own, so that its user hears by their events when it is ready. */
export const dataExport = resource('data_export', {
  description:
    'All that is kept of you, as a zip file: asked for by `export_data`, made by a job, and served under `/exports/{key}` to you alone while it is `ready`.',
  attributes: {
    id: id(),
    user_id: reference('user').immutable().serverSet(),
    state: attribute(Type.Enum([...EXPORT_STATES])).serverSet(),
    byte_count: attribute(
      // More than 32 bits can count.
      Type.Number({ minimum: 0, description: 'Of the file.', examples: [48_213] }),
    )
      .nullable()
      .serverSet(),
    expires_at: timestamp().serverSet(),
    created_at: createdAt(),
  },
  links: { user: belongsTo('user', 'user_id', { onDelete: 'cascade' }) },
  indexes: [index('user_id', 'created_at'), index('expires_at')],
  label: 'state',
})
