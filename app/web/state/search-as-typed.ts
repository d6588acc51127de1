/** Searches while somebody types: once it rests, and for the last words alone. */
import { shallowRef, watch, type Ref, type ShallowRef } from 'vue'

const REST_MS = 250
/** The server seeks no fewer characters. */
const MIN_LENGTH = 2

/**
 * For a component.
 * @returns what was found; undefined while nothing is sought
 */
export function useSearchAsTyped<T>(
  words: Readonly<Ref<string>>,
  search: (query: string) => Promise<T>,
  onError: (error: unknown) => void,
): Readonly<ShallowRef<T | undefined>> {
  const found = shallowRef<T>()
  watch(words, (now, _before, onCleanup) => {
    const query = now.trim()
    if (query.length < MIN_LENGTH) {
      found.value = undefined
      return
    }
    let isOver = false
    const timer = setTimeout(() => {
      search(query).then((results) => {
        if (!isOver) found.value = results
      }, onError)
    }, REST_MS)
    onCleanup(() => {
      isOver = true
      clearTimeout(timer)
    })
  })
  return found
}
