/** Files on their way to the server, in pieces that go on where they broke. */
import type * as Protocol from 'tus-js-client'
import { shallowRef, type ShallowRef } from 'vue'
import type { PageClient } from './client.ts'

/** A file on its way. */
export interface UploadingFile {
  readonly localKey: number
  readonly name: string
  readonly byteCount: number
  readonly kind: 'image' | 'video' | 'audio' | 'file'
  /** Shows an image or a film from memory. */
  readonly previewUrl: string | undefined
  /** 0 to 1. */
  readonly progress: number
  readonly state: 'uploading' | 'ready' | 'failed'
  /** The id of the attachment, once it is there. */
  readonly id: string | undefined
}

/** The files that wait to be sent with a message. */
export interface Uploads {
  readonly all: Readonly<ShallowRef<readonly UploadingFile[]>>
  /** Takes as many of them as there is room for. */
  add(files: Iterable<File>): void
  remove(localKey: number): void
  /** Forgets them: they are sent. */
  clear(): void
}

/** Most files of one message. */
export const MAX_FILES = 10
/** For a quarter of an hour the server may be away. */
const RETRIES_MS = [0, 1_000, 3_000, ...Array.from({ length: 180 }, () => 5_000)]
const AGAIN_MS = 3_000
/** The server is away, busy, or still at what was sent before. */
const PASSING: ReadonlySet<number> = new Set([0, 409, 423, 429, 500, 502, 503, 504])

/** Makes an empty tray. @param purpose what the files are for */
export function createUploads(
  client: PageClient,
  onRefused: (name: string) => void,
  purpose: 'message' | 'avatar' = 'message',
): Uploads {
  const all = shallowRef<readonly UploadingFile[]>([])
  const cancels = new Map<number, () => void>()
  let nextKey = 1

  function change(localKey: number, to: Partial<UploadingFile>): void {
    all.value = all.value.map((one) => (one.localKey === localKey ? { ...one, ...to } : one))
  }

  const isWanted = (localKey: number): boolean => all.value.some((one) => one.localKey === localKey)

  function drop(localKey: number): void {
    const { previewUrl } = all.value.find((one) => one.localKey === localKey) ?? {}
    if (previewUrl !== undefined) URL.revokeObjectURL(previewUrl)
    cancels.delete(localKey)
    all.value = all.value.filter((one) => one.localKey !== localKey)
  }

  async function send(localKey: number, file: File): Promise<void> {
    const { Upload } = await loadProtocol(() => isWanted(localKey))

    function fail(): void {
      if (!isWanted(localKey)) return
      change(localKey, { state: 'failed' })
      onRefused(file.name)
    }

    /** It has come whole: nothing can be broken off. What is no picture although it says so can't be attached. */
    async function settle(id: string): Promise<void> {
      cancels.delete(localKey)
      const { item } = await client.attachment.readOrThrow(id)
      if (item.state === 'ready') change(localKey, { state: 'ready', progress: 1, id })
      else fail()
    }

    const upload = new Upload(file, {
      endpoint: '/uploads',
      retryDelays: RETRIES_MS,
      onShouldRetry: ({ originalResponse }) => PASSING.has(originalResponse?.getStatus() ?? 0),
      storeFingerprintForResuming: false,
      metadata: { filename: file.name, filetype: file.type, purpose },
      async onBeforeRequest(request) {
        const token = await client.token()
        if (token !== undefined) request.setHeader('Authorization', `Bearer ${token}`)
      },
      onProgress: (sent, total) => change(localKey, { progress: total === 0 ? 1 : sent / total }),
      onSuccess: () => void settle(upload.url?.split('/').at(-1) ?? '').catch(fail),
      onError: fail,
    })
    cancels.set(localKey, () => void upload.abort(true).catch(() => undefined))
    if (isWanted(localKey)) upload.start()
  }

  return {
    all,
    add(files) {
      for (const file of [...files].slice(0, MAX_FILES - all.value.length)) {
        const localKey = nextKey++
        const kind = kindOf(file.type)
        const isShown = kind === 'image' || kind === 'video'
        const previewUrl = isShown ? URL.createObjectURL(file) : undefined
        const { name, size: byteCount } = file
        const begun = { localKey, name, byteCount, kind, previewUrl, progress: 0, id: undefined }
        all.value = [...all.value, { ...begun, state: 'uploading' }]
        send(localKey, file).catch(() => change(localKey, { state: 'failed' }))
      }
    },
    remove(localKey) {
      cancels.get(localKey)?.()
      drop(localKey)
    },
    clear() {
      for (const { localKey } of all.value) drop(localKey)
    },
  }
}

/** What speaks the protocol, once it can be loaded. @param isWanted whether it is worth to try again */
async function loadProtocol(isWanted: () => boolean): Promise<typeof Protocol> {
  for (;;) {
    try {
      return await import('tus-js-client')
    } catch (error) {
      if (!isWanted()) throw error
      await new Promise((resolve) => setTimeout(resolve, AGAIN_MS))
    }
  }
}

function kindOf(type: string): UploadingFile['kind'] {
  const [kind] = type.split('/')
  return kind === 'image' || kind === 'video' || kind === 'audio' ? kind : 'file'
}
