/** Topics with notes that only those see who have a seat: what the checker runs on. */
import Type from 'typebox'
import {
  attribute,
  belongsTo,
  hasMany,
  id,
  reference,
  resource,
  resources,
  restrictedStoreFactory,
  type StoreFactory,
} from '../../framework/index.ts'
import { INT32 } from '../../framework/resource/wire-schemas.ts'

const NAME = Type.String({ minLength: 1, maxLength: 80 })

const topic = resource('topic', {
  attributes: { id: id({ client: true }), title: NAME },
  links: { seats: hasMany('seat', 'topic_id'), notes: hasMany('note', 'topic_id') },
})

const seat = resource('seat', {
  attributes: {
    topic_id: reference('topic').immutable(),
    person_id: attribute(NAME).immutable(),
    mark: attribute(NAME),
  },
  key: ['topic_id', 'person_id'],
  links: { topic: belongsTo('topic', 'topic_id') },
})

const note = resource('note', {
  attributes: {
    id: id({ client: true }),
    topic_id: reference('topic').immutable(),
    text: attribute(NAME),
    revision: attribute(INT32),
    level: attribute(INT32),
  },
  links: { topic: belongsTo('topic', 'topic_id') },
})

/** A session: it ends when it is taken away, and its tokens with it. */
const login = resource('login', {
  attributes: { id: id({ client: true }), person_id: attribute(NAME).immutable() },
})

/** All of them. */
export const checked = resources({ topic, seat, note, login })

/** Who has the scope `admin` writes everything; the others read what they have a seat for. */
export const checkedFactories: readonly StoreFactory[] = [
  restrictedStoreFactory(checked, 'login', ({ me }) => ({
    ...byAdmin(me.scope('admin')),
    read: me.scope('admin'),
  })),
  restrictedStoreFactory(checked, 'topic', ({ row, me }) => ({
    ...byAdmin(me.scope('admin')),
    read: me.scope('admin').or(row.seats.some(({ person_id }) => person_id.eq(me.id))),
  })),
  restrictedStoreFactory(checked, 'seat', ({ row, me }) => ({
    ...byAdmin(me.scope('admin')),
    read: me.scope('admin').or(row.person_id.eq(me.id)),
  })),
  restrictedStoreFactory(checked, 'note', ({ row, me }) => ({
    ...byAdmin(me.scope('admin')),
    read: me
      .scope('admin')
      .or(row.topic.some(({ seats }) => seats.some(({ person_id }) => person_id.eq(me.id)))),
  })),
]

function byAdmin<R>(isAdmin: R): { readonly create: R; readonly update: R; readonly delete: R } {
  return { create: isAdmin, update: isAdmin, delete: isAdmin }
}
