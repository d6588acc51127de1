/** The page put together: its client, its settings, what is shown, and who is logged in. */
import {
  computed,
  inject,
  shallowRef,
  watch,
  watchEffect,
  type ComputedRef,
  type InjectionKey,
  type ShallowRef,
} from 'vue'
import type { I18n } from 'vue-i18n'
import { ProblemError } from '../../../framework/client/index.ts'
import { withFrame, type LoggedFrame } from '../logic/frame-log.ts'
import { pageTitle } from '../logic/page-title.ts'
import { createPageClient, type PageClient } from './client.ts'
import { createConnectionState, type ConnectionState } from './connection.ts'
import { conversationOf } from './conversations.ts'
import { openMember, type Member } from './member.ts'
import { createRouter, type Router } from './router.ts'
import type { Settings } from './settings.ts'
import { playArrival } from './sound.ts'
import type { MessageRow } from './thread.ts'
import { createToasts, type Toasts } from './toasts.ts'

/** Who looks at the page: nobody known yet, somebody who has to log in, or a member. */
export type Visitor = 'unknown' | 'guest' | 'member'

/** The page. */
export interface Page {
  readonly client: PageClient
  readonly settings: Settings
  readonly router: Router
  readonly toasts: Toasts
  readonly connection: ConnectionState
  readonly frames: ShallowRef<readonly LoggedFrame[]>
  readonly areFramesPaused: ShallowRef<boolean>
  readonly visitor: Readonly<ShallowRef<Visitor>>
  readonly member: Readonly<ShallowRef<Member | undefined>>
  /** A session has ended without being asked to. */
  readonly wasLoggedOut: ShallowRef<boolean>
  /** The server can't be asked who looks at the page. */
  readonly isAway: Readonly<ShallowRef<boolean>>
  /** What came last, for those who hear the page. */
  readonly announcement: Readonly<ShallowRef<string>>
  text(name: string, values?: Readonly<Record<string, string | number>>): string
  /** Why something failed, in the reader's language. */
  explain(error: unknown): string
  /** Tells of an error that nobody else tells of. */
  report(error: unknown): void
  /** @throws ProblemError */
  logIn(credentials: Credentials): Promise<void>
  logOut(): Promise<void>
}

/** What somebody logs in with. */
export interface Credentials {
  readonly username: string
  readonly password: string
  /** Of the second factor. */
  readonly code?: string
}

const PAGE: InjectionKey<Page> = Symbol('page')
const AGAIN_MS = 3_000

/** What the page is kept under. */
export const PAGE_KEY = PAGE

/** The page of the component. */
export function usePage(): Page {
  const page = inject(PAGE)
  if (page === undefined) throw new ProblemError({ title: 'There is no page.' })
  return page
}

/** The member of a component that is shown to members alone. */
export function useMember(): Member {
  const { member } = usePage()
  if (member.value === undefined) throw new ProblemError({ title: 'Nobody is logged in.' })
  return member.value
}

interface Translate {
  readonly global: {
    t(name: string, values?: object, count?: number): string
    te(name: string): boolean
  }
}

/** Opens the page, and takes up a login that the browser has. */
export function createPage(settings: Settings, i18n: I18n): Page {
  const { global } = i18n as unknown as Translate // the part of it that is used here
  const text: Page['text'] = (name, values = {}) => {
    const count = values['n']
    return typeof count === 'number' ? global.t(name, values, count) : global.t(name, values)
  }
  const router = createRouter()
  const toasts = createToasts()
  const connection = createConnectionState()
  const frames = shallowRef<readonly LoggedFrame[]>([])
  const areFramesPaused = shallowRef(false)
  const visitor = shallowRef<Visitor>('unknown')
  const member = shallowRef<Member>()
  const wasLoggedOut = shallowRef(false)
  const isAway = shallowRef(false)
  const announcement = shallowRef('')
  let opening = 0

  function explain(error: unknown): string {
    const code = error instanceof ProblemError ? error.code : undefined
    return text(
      code !== undefined && global.te(`problem.${code}`) ? `problem.${code}` : 'problem.other',
    )
  }

  function report(error: unknown): void {
    const isPassing = error instanceof ProblemError && (error.status === 0 || error.status === 401)
    if (isPassing || (error as Error).name === 'AbortError') return
    console.error(error)
    toasts.tell(explain(error), true)
  }

  const client = createPageClient({
    tap: {
      onFrame(direction, frame) {
        if (areFramesPaused.value) return
        frames.value = withFrame(frames.value, { direction, at: Date.now(), text: frame })
      },
      onOpen: connection.opened,
      onClose: connection.closed,
    },
    onLoggedOut() {
      wasLoggedOut.value = true
      look()
    },
    onError: report,
  })

  function onArrival(message: MessageRow): void {
    const current = member.value
    if (current === undefined) return
    const name = current.people.nameOf(message.item.author_id) || text('thread.unknownPerson')
    announcement.value = text('thread.said', { name, text: message.item.text })
    const isMuted = current.conversations.find(conversationOf(message))?.isMuted === true
    if (document.hidden && settings.hasSound && !isMuted) playArrival()
  }

  function leave(): void {
    opening += 1
    member.value?.close()
    member.value = undefined
    connection.expect(false)
    isAway.value = false
  }

  async function enter(): Promise<void> {
    const own = ++opening
    connection.expect(true)
    while (own === opening && client.isLoggedIn()) {
      try {
        const opened = await openMember({ client, report, explain, onArrival })
        if (own !== opening) {
          opened.close()
          return
        }
        isAway.value = false
        wasLoggedOut.value = false
        member.value = opened
        visitor.value = 'member'
        return
      } catch (error) {
        isAway.value = client.isLoggedIn()
        if (!(error instanceof ProblemError)) report(error)
        await new Promise((resolve) => setTimeout(resolve, AGAIN_MS))
      }
    }
  }

  /** Finds out again who looks: here, or on another page, somebody has logged in or out. */
  function look(): void {
    leave()
    if (client.isLoggedIn()) void enter()
    else visitor.value = 'guest'
  }

  const unread: ComputedRef<number> = computed(() => member.value?.conversations.unread.value ?? 0)
  watchEffect(() => {
    document.title = pageTitle(text('app.name'), unread.value)
  })
  watch(visitor, (now) => {
    if (now === 'guest')
      router.replace(router.route.value.name === 'join' ? router.route.value : { name: 'home' })
  })
  addEventListener('storage', ({ key }) => {
    if (key === null || key.startsWith('holdfast http')) look()
  })
  look()

  return {
    client,
    settings,
    router,
    toasts,
    connection,
    frames,
    areFramesPaused,
    visitor,
    member,
    wasLoggedOut,
    isAway,
    announcement,
    text,
    explain,
    report,
    async logIn({ username, password, code }) {
      await client.login(username, password, code === undefined ? {} : { code })
      look()
    },
    async logOut() {
      try {
        await client.logout()
      } catch (error) {
        report(error)
      }
      look()
    },
  }
}
