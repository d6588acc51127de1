/** Parts of the page that are loaded when they are first shown. */
import { defineAsyncComponent, type Component } from 'vue'

const AGAIN_MS = 3_000

/** A component that is loaded when it is first shown, and asked for again as long as the server is away. */
export function loadLater(loader: () => Promise<{ readonly default: Component }>): Component {
  return defineAsyncComponent({
    loader,
    onError: (_error, retry) => void setTimeout(retry, AGAIN_MS),
  })
}
