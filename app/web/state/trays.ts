/** The files that wait to be sent, by conversation: like what is written there they stay while one looks elsewhere. */
import { computed, shallowReactive, type ComputedRef } from 'vue'
import type { PageClient } from './client.ts'
import { createUploads, type Uploads } from './uploads.ts'

/** The tray of each conversation. */
export interface Trays {
  of(conversationId: string): Uploads
  readonly isUploading: ComputedRef<boolean>
  /** Takes all files out again. */
  close(): void
}

/** Makes them, empty. @param onRefused is told the name of a file that can't be uploaded */
export function createTrays(client: PageClient, onRefused: (name: string) => void): Trays {
  const trays = shallowReactive(new Map<string, Uploads>())
  return {
    of(conversationId) {
      const tray = trays.get(conversationId) ?? createUploads(client, onRefused)
      trays.set(conversationId, tray)
      return tray
    },
    isUploading: computed(() =>
      [...trays.values()].some(({ all }) => all.value.some(({ state }) => state === 'uploading')),
    ),
    close() {
      for (const tray of trays.values()) tray.removeAll()
    },
  }
}
