/** The paths of the page, read and written. */

/** What the page shows. */
export type Route =
  | { readonly name: 'home' }
  | {
      readonly name: 'conversation'
      readonly id: string
      /** The message that is to be shown in it; absent: where one has been reading. */
      readonly at?: string
    }
  | { readonly name: 'media'; readonly id: string }
  | { readonly name: 'join'; readonly code: string }
  | { readonly name: 'account'; readonly purpose: AccountPurpose }
  | { readonly name: 'people' }
  | { readonly name: 'settings'; readonly part: SettingsPart }
  | { readonly name: 'admin'; readonly part: AdminPart }
  | { readonly name: 'developer' }
  | { readonly name: 'unknown' }

/** What letters lead to. */
export type AccountPurpose = 'recover' | 'confirm'

/** Parts of the settings. */
export const SETTINGS_PARTS = ['profile', 'look', 'security', 'account'] as const
export type SettingsPart = (typeof SETTINGS_PARTS)[number]
/** Parts of the admin's view. */
export const ADMIN_PARTS = ['users', 'events'] as const
export type AdminPart = (typeof ADMIN_PARTS)[number]

/** The room that everybody reads, beside the conversations that have an id. */
export const EVERYONE = 'everyone'

/** Reads a path. */
export function parseRoute(path: string): Route {
  const [first = '', second = '', ...rest] = path
    .split('/')
    .slice(1)
    .map((part) => decode(part))
  if (rest.length > 0 && first !== 'c') return { name: 'unknown' }
  switch (first) {
    case '':
      return { name: 'home' }
    case 'c':
      if (second === '') return { name: 'home' }
      return parseConversation(second, rest)
    case 'join':
      return second === '' ? { name: 'unknown' } : { name: 'join', code: second }
    case 'account':
      return second === 'recover' || second === 'confirm'
        ? { name: 'account', purpose: second }
        : { name: 'unknown' }
    case 'people':
    case 'developer':
      return { name: first }
    case 'settings':
      return { name: first, part: oneOf(SETTINGS_PARTS, second) }
    case 'admin':
      return { name: first, part: oneOf(ADMIN_PARTS, second) }
    default:
      return { name: 'unknown' }
  }
}

function parseConversation(id: string, rest: readonly string[]): Route {
  const [part, at, ...more] = rest
  if (part === undefined) return { name: 'conversation', id }
  if (part === 'media' && at === undefined) return { name: 'media', id }
  const isMessage = part === 'm' && at !== undefined && at !== '' && more.length === 0
  return isMessage ? { name: 'conversation', id, at } : { name: 'unknown' }
}

/** The path of a route. */
export function pathOfRoute(route: Route): string {
  switch (route.name) {
    case 'conversation': {
      const path = `/c/${encodeURIComponent(route.id)}`
      return route.at === undefined ? path : `${path}/m/${encodeURIComponent(route.at)}`
    }
    case 'media':
      return `/c/${encodeURIComponent(route.id)}/media`
    case 'join':
      return `/join/${encodeURIComponent(route.code)}`
    case 'account':
      return `/account/${route.purpose}`
    case 'settings':
    case 'admin':
      return `/${route.name}/${route.part}`
    case 'people':
    case 'developer':
      return `/${route.name}`
    case 'home':
    case 'unknown':
      return '/'
  }
}

function oneOf<const T extends readonly string[]>(all: T, text: string): T[number] {
  return all.find((one) => one === text) ?? (all[0] as T[number])
}

function decode(part: string): string {
  try {
    return decodeURIComponent(part)
  } catch {
    return part
  }
}
