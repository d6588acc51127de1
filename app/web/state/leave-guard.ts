/** Asks before the page is left while something would be lost with it. */
import { watch } from 'vue'

/** Asks as long as there is something to lose: a page that always asks is kept by no browser for the way back. */
export function guardLeaving(isNeeded: () => boolean): { close(): void } {
  const ask = (event: BeforeUnloadEvent): void => event.preventDefault()
  const stop = watch(
    isNeeded,
    (now) => {
      if (now) addEventListener('beforeunload', ask)
      else removeEventListener('beforeunload', ask)
    },
    { immediate: true },
  )
  return {
    close() {
      stop()
      removeEventListener('beforeunload', ask)
    },
  }
}
