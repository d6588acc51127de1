/** The files of messages that are shown, read once each and together. */
import { shallowReactive } from 'vue'
import type { Attachment } from '../rows.ts'
import type { PageClient } from './client.ts'

/** Files by their keys. */
export interface Attachments {
  /** Undefined until it is known; asked for by being looked at. */
  find(id: string): Attachment | undefined
}

const MAX_KEYS = 100

/** Makes an empty store of files. */
export function createAttachments(
  client: PageClient,
  report: (error: unknown) => void,
): Attachments {
  const known = shallowReactive(new Map<string, Attachment>())
  const asked = new Set<string>()
  const waiting: string[] = []

  function read(): void {
    const keys = waiting.splice(0, MAX_KEYS)
    if (waiting.length > 0) setTimeout(read)
    client.attachment.readBatch(keys).then((found) => {
      for (const one of found) if (one !== undefined) known.set(one.key, one.item)
    }, report)
  }

  return {
    find(id) {
      const found = known.get(id)
      if (found === undefined && !asked.has(id)) {
        asked.add(id)
        if (waiting.length === 0) setTimeout(read)
        waiting.push(id)
      }
      return found
    },
  }
}
