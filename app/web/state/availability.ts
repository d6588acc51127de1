/** Who is here now: tells others that one is, and watches those who are shown. */
import {
  onScopeDispose,
  ref,
  shallowReactive,
  toValue,
  watchEffect,
  type MaybeRefOrGetter,
  type Ref,
} from 'vue'
import type { PageClient } from './client.ts'

/** Who is here. */
export interface Availability {
  /** Watches somebody as long as the component lives that asks. */
  use(id: MaybeRefOrGetter<string | undefined>): Readonly<Ref<boolean>>
  close(): void
}

/** A socket takes 100 channels and subscriptions; those whose turn does not come are shown as away. */
const MAX_WATCHED = 40
/** Who may not see somebody now may do so later, as a friend. */
const AGAIN_MS = 60_000

/** Makes oneself seen. */
export function createAvailability(client: PageClient, me: string): Availability {
  const here = shallowReactive(new Map<string, boolean>())
  const watched = new Map<string, { count: number; close: () => void }>()
  const own = client.presence(`availability:${me}`, () => undefined, {
    meta: {},
    onError: () => undefined,
  })

  /** Who may not see somebody is refused, sees nobody, and asks again after a while. */
  function look(id: string): () => void {
    let timer: ReturnType<typeof setTimeout> | undefined
    let close = (): void => undefined
    const enter = (): void => {
      const { close: leave } = client.presence(
        `availability:${id}`,
        (entries) =>
          here.set(
            id,
            entries.some(({ subject }) => subject === id),
          ),
        { onError: () => (timer = setTimeout(enter, AGAIN_MS)) },
      )
      close = leave
    }
    enter()
    return () => {
      clearTimeout(timer)
      close()
    }
  }

  function watch(id: string): () => void {
    const one = watched.get(id) ?? { count: 0, close: look(id) }
    watched.set(id, one)
    one.count += 1
    return () => {
      one.count -= 1
      if (one.count > 0) return
      one.close()
      watched.delete(id)
      here.delete(id)
    }
  }

  return {
    use(id) {
      const isHere = ref(false)
      let stop: (() => void) | undefined
      watchEffect((onCleanup) => {
        const key = toValue(id)
        const isFree = watched.size < MAX_WATCHED || (key !== undefined && watched.has(key))
        if (key === undefined || key === me || !isFree) return
        stop = watch(key)
        onCleanup(() => stop?.())
      })
      watchEffect(() => {
        isHere.value = here.get(toValue(id) ?? '') ?? false
      })
      onScopeDispose(() => (stop = undefined))
      return isHere
    },
    close() {
      own.close()
      for (const { close } of watched.values()) close()
      watched.clear()
    },
  }
}
