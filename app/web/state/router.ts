/** The route that is shown, in step with the address of the page. */
import { shallowRef, type ShallowRef } from 'vue'
import { parseRoute, pathOfRoute, type Route } from '../logic/route.ts'

/** Shows routes. */
export interface Router {
  readonly route: Readonly<ShallowRef<Route>>
  go(route: Route): void
  /** In the place of the route that is shown: going back does not lead there. */
  replace(route: Route): void
}

/** Reads the address, and follows it. */
export function createRouter(): Router {
  const route = shallowRef(parseRoute(location.pathname))
  addEventListener('popstate', () => (route.value = parseRoute(location.pathname)))
  const show = (next: Route, write: 'pushState' | 'replaceState'): void => {
    const path = pathOfRoute(next)
    if (path !== location.pathname) history[write](null, '', path)
    route.value = next
  }
  return {
    route,
    go: (next) => show(next, 'pushState'),
    replace: (next) => show(next, 'replaceState'),
  }
}
