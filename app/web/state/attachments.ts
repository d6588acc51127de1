/** The files of messages that are shown, read once each and together. */
import { shallowReactive } from 'vue'
import type { Attachment } from '../rows.ts'
import type { PageClient } from './client.ts'
import { keepTrying } from './keep-trying.ts'

/** Files by their keys. */
export interface Attachments {
  /** Undefined until it is known; asked for by being looked at. */
  find(id: string): Attachment | undefined
  close(): void
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
  const closing = new AbortController()

  function read(): void {
    const keys = waiting.splice(0, MAX_KEYS)
    if (waiting.length > 0) setTimeout(read)
    keepTrying(async () => {
      const found = await client.attachment.readBatch(keys)
      for (const one of found) if (one !== undefined) known.set(one.key, one.item)
    }, closing.signal).catch((error: unknown) => {
      for (const key of keys) asked.delete(key)
      report(error)
    })
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
    close: () => closing.abort(),
  }
}
