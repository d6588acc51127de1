/** Whether the server can be reached, as a person is told: short breaks are not worth a word. */
import { ref, type Ref } from 'vue'

/** The connection as it is shown. */
export interface ConnectionState {
  readonly isLost: Readonly<Ref<boolean>>
  /** A socket can be used. */
  opened(): void
  /** One that could be used can't any more. */
  closed(): void
  /** Somebody needs a connection from now on, or nobody any more. */
  expect(isWanted: boolean): void
}

const PATIENCE_MS = 2_000

/** Makes the state; nothing is expected yet. */
export function createConnectionState(): ConnectionState {
  const isLost = ref(false)
  let isWanted = false
  let openCount = 0
  let timer: ReturnType<typeof setTimeout> | undefined

  function look(): void {
    clearTimeout(timer)
    if (openCount > 0 || !isWanted) isLost.value = false
    else timer = setTimeout(() => (isLost.value = true), PATIENCE_MS)
  }

  return {
    isLost,
    opened() {
      openCount += 1
      look()
    },
    closed() {
      openCount -= 1
      look()
    },
    expect(wanted) {
      isWanted = wanted
      look()
    },
  }
}
