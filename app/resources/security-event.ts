/** What happened to an account that somebody may have to answer for. */
import Type from 'typebox'
import {
  attribute,
  belongsTo,
  createdAt,
  id,
  index,
  reference,
  resource,
} from '../../framework/index.ts'
import { ADDRESS } from './session.ts'

/** What can happen. */
export const EVENT_KINDS = [
  'login',
  'login_failed',
  'logout',
  'logout_everywhere',
  'session_ended',
  'password_changed',
  'email_address_changed',
  'second_factor_added',
  'second_factor_removed',
  'second_factor_failed',
  'recovery_code_used',
  'role_changed',
  'blocked',
  'unblocked',
  'user_deleted',
  'account_deleted',
] as const

/** A security event. Users that are in it may be gone by now. */
export const securityEvent = resource('security_event', {
  description: 'What happened to an account, for admins to read. Nobody writes it by the API.',
  attributes: {
    id: id(),
    kind: attribute(Type.Enum([...EVENT_KINDS])).serverSet(),
    actor_id: reference('user').nullable().serverSet(),
    subject_id: reference('user').nullable().serverSet(),
    address: attribute(ADDRESS).serverSet(),
    detail: attribute(Type.String({ maxLength: 100 }))
      .nullable()
      .serverSet(),
    created_at: createdAt(),
  },
  links: {
    actor: belongsTo('user', 'actor_id', { onDelete: 'ignore' }),
    subject: belongsTo('user', 'subject_id', { onDelete: 'ignore' }),
  },
  indexes: [index('created_at'), index('subject_id', 'created_at')],
  label: 'kind',
})
