/** Removes the files of attachments and exports that are gone. */
import { afterDelete, CHANGE_PAYLOAD, job } from '../../framework/index.ts'
import type { Media } from '../media/media.ts'

/** Set off by each that is deleted, by itself or with its message or owner. */
export function removeMediaJob({ storage }: Pick<Media, 'storage'>) {
  return job('remove_media', {
    payload: CHANGE_PAYLOAD,
    triggers: [afterDelete('attachment'), afterDelete('data_export')],
    async run({ key }) {
      await (await storage()).remove(key)
    },
  })
}
