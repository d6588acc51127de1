/** What one person is to another, as the first of both sees it. */
import Type from 'typebox'
import {
  attribute,
  belongsTo,
  createdAt,
  index,
  reference,
  resource,
  updatedAt,
} from '../../framework/index.ts'

/** What somebody can see the other as. */
export const FRIENDSHIP_STATES = ['requested', 'asked', 'friends', 'refused', 'blocked'] as const

/** What somebody can see the other as. */
export type FriendshipState = (typeof FRIENDSHIP_STATES)[number]

/** A friendship, or what comes before or instead of it. Where both know of it there are two rows, one for each. */
export const friendship = resource('friendship', {
  description:
    'What another user is to you. `requested`: you have asked and have no answer; `asked`: you are asked; `friends`; `refused`: you have ' +
    'refused, which the other is not told; `blocked`: you have blocked the other, who is not told either. Changed by actions.',
  attributes: {
    user_id: reference('user').immutable(),
    other_id: reference('user').immutable(),
    state: attribute(Type.Enum([...FRIENDSHIP_STATES])).serverSet(),
    created_at: createdAt(),
    updated_at: updatedAt(),
  },
  key: ['user_id', 'other_id'],
  links: {
    user: belongsTo('user', 'user_id', { onDelete: 'cascade' }),
    other: belongsTo('user', 'other_id', { onDelete: 'cascade' }),
  },
  indexes: [index('other_id')],
  label: 'state',
})
