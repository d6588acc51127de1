/** Whether a person is there: its presence channel is where those who may know of it look. */
import {
  belongsTo,
  createdAt,
  hasMany,
  hasOne,
  reference,
  resource,
} from '../../framework/index.ts'

/** One for each user, made with it. */
export const availability = resource('availability', {
  description:
    'Where a user shows that it is there: it tracks `availability:<its key>`, and so does who wants to see it. Whoever may not read this may not look.',
  attributes: {
    user_id: reference('user').immutable(),
    created_at: createdAt(),
  },
  key: 'user_id',
  links: {
    user: belongsTo('user', 'user_id', { onDelete: 'cascade' }),
    friendship: hasOne('friendship', 'other_id'),
    friendships: hasMany('friendship', 'user_id'),
  },
})
