/** Users with avatars: a person is shown by a picture of its own. */
import {
  InvalidError,
  where,
  wrappedStoreFactory,
  type PlainStore,
  type StoreFactory,
} from '../../framework/index.ts'
import { isMediaId } from '../media/media-storage.ts'
import { all } from '../resources/all.ts'
import type { attachment } from '../resources/attachment.ts'
import type { user } from '../resources/user.ts'

/** The store factory of users, whose avatars are images that they have uploaded as such. */
export function withAvatars(
  base: StoreFactory<typeof user>,
  attachments: PlainStore<typeof attachment>,
): StoreFactory<typeof user> {
  return wrappedStoreFactory(base, (store) => ({
    async update(key, item, options) {
      const { avatar_id } = item
      // What is no id is the store's to refuse.
      if (typeof avatar_id === 'string' && isMediaId(avatar_id)) {
        const isAvatar = where(all, 'attachment', (row) =>
          row.id
            .eq(avatar_id)
            .and(row.owner_id.eq(key))
            .and(row.purpose.eq('avatar'))
            .and(row.kind.eq('image'))
            .and(row.state.eq('ready')),
        )
        // None of this changes any more, and the reference is held by the database.
        const transaction = options?.transaction
        if ((await attachments.count(isAvatar, transaction && { transaction })) === 0) {
          const pointer = `${options?.pointer ?? '/item'}/avatar_id`
          const detail = 'is no image of yours that was uploaded as an avatar and is ready'
          throw new InvalidError([{ pointer, detail }])
        }
      }
      return store.update(key, item, options)
    },
  }))
}
