/** Short words about what has happened, gone by themselves. */
import { shallowRef, type ShallowRef } from 'vue'

/** One of them. */
export interface Toast {
  readonly id: number
  readonly text: string
  readonly isBad: boolean
}

/** Shows them. */
export interface Toasts {
  readonly all: Readonly<ShallowRef<readonly Toast[]>>
  /** The open dialogs, the topmost last: nothing outside that one can be seen, heard or clicked. */
  readonly dialogs: ShallowRef<readonly string[]>
  tell(text: string, isBad?: boolean): void
  dismiss(id: number): void
}

const SHOWN_MS = 6_000

/** Makes an empty list. */
export function createToasts(): Toasts {
  const all = shallowRef<readonly Toast[]>([])
  let nextId = 1
  const dismiss = (id: number): void => {
    all.value = all.value.filter((toast) => toast.id !== id)
  }
  return {
    all,
    dialogs: shallowRef([]),
    dismiss,
    tell(text, isBad = false) {
      const id = nextId++
      all.value = [...all.value.slice(-2), { id, text, isBad }]
      setTimeout(() => dismiss(id), SHOWN_MS)
    },
  }
}
