/** Files on their way to the server, in pieces that go on where they broke. */
import { shallowRef, type ShallowRef } from 'vue'
import type { PageClient } from './client.ts'
import { keepLoading } from './keep-trying.ts'

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
  /** Takes one out again: the server forgets it. */
  remove(localKey: number): void
  /** Takes them all out again. */
  removeAll(): void
  /** Forgets them: they are sent. */
  clear(): void
}

/** Most files of one message. */
export const MAX_FILES = 10
/** For a quarter of an hour the server may be away. */
const RETRIES_MS = [0, 1_000, 3_000, ...Array.from({ length: 180 }, () => 5_000)]
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

  function remove(localKey: number): void {
    cancels.get(localKey)?.()
    drop(localKey)
  }

  function send(localKey: number, file: File): void {
    const fail = (): void => {
      if (!isWanted(localKey)) return
      change(localKey, { state: 'failed' })
      onRefused(file.name)
    }
    upload(file, {
      client,
      purpose,
      isWanted: () => isWanted(localKey),
      onCancellable: (cancel) => cancels.set(localKey, cancel),
      onProgress: (progress) => change(localKey, { progress }),
      onReady: (id) => change(localKey, { state: 'ready', progress: 1, id }),
      onFailed: fail,
    }).catch(fail)
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
        send(localKey, file)
      }
    },
    remove,
    removeAll() {
      for (const { localKey } of all.value) remove(localKey)
    },
    clear() {
      for (const { localKey } of all.value) drop(localKey)
    },
  }
}

interface UploadOptions {
  readonly client: PageClient
  readonly purpose: 'message' | 'avatar'
  /** False: it was taken out. */
  readonly isWanted: () => boolean
  /** Told how the server is made to forget what has come so far; each time in place of what was told before. */
  readonly onCancellable: (cancel: () => void) => void
  readonly onProgress: (progress: number) => void
  readonly onReady: (id: string) => void
  readonly onFailed: () => void
}

async function upload(file: File, options: UploadOptions): Promise<void> {
  const { client, purpose, isWanted, onCancellable, onProgress, onReady, onFailed } = options
  const { Upload } = await keepLoading(() => import('tus-js-client'), isWanted)

  /** What nobody who is logged in can end the server forgets after a day. */
  function forget(id: string): void {
    if (client.isLoggedIn()) client.attachment.delete(id).catch(() => undefined)
  }

  /** It has come whole: nothing can be broken off. What is no picture although it says so can't be attached. */
  async function settle(id: string): Promise<void> {
    if (!isWanted()) {
      forget(id)
      return
    }
    onCancellable(() => forget(id))
    const { item } = await client.attachment.readOrThrow(id)
    if (item.state === 'ready') {
      onReady(id)
      return
    }
    onCancellable(() => undefined)
    onFailed()
  }

  const sent = new Upload(file, {
    endpoint: '/uploads',
    retryDelays: RETRIES_MS,
    onShouldRetry: ({ originalResponse }) => PASSING.has(originalResponse?.getStatus() ?? 0),
    storeFingerprintForResuming: false,
    metadata: { filename: file.name, filetype: file.type, purpose },
    async onBeforeRequest(request) {
      const token = await client.token()
      if (token !== undefined) request.setHeader('Authorization', `Bearer ${token}`)
    },
    onProgress: (done, total) => onProgress(total === 0 ? 1 : done / total),
    onSuccess: () => void settle(sent.url?.split('/').at(-1) ?? '').catch(onFailed),
    onError: onFailed,
  })
  if (!isWanted()) return
  onCancellable(() => void sent.abort(client.isLoggedIn()).catch(() => undefined))
  sent.start()
}

function kindOf(type: string): UploadingFile['kind'] {
  const [kind] = type.split('/')
  return kind === 'image' || kind === 'video' || kind === 'audio' ? kind : 'file'
}
