/** The page put together: its client, its settings, what is shown, and who is logged in. */
import { inject, shallowRef, watch, watchEffect, type InjectionKey, type ShallowRef } from 'vue'
import type { I18n } from 'vue-i18n'
import { ProblemError } from '../../../framework/client/index.ts'
import { withFrame, type LoggedFrame } from '../logic/frame-log.ts'
import type { Outgoing } from '../logic/outbox.ts'
import { pageTitle } from '../logic/page-title.ts'
import { createPageClient, type PageClient } from './client.ts'
import { createConnectionState, type ConnectionState } from './connection.ts'
import { openMember, type Member } from './member.ts'
import { conversationOf } from './recent-messages.ts'
import { createRouter, type Router } from './router.ts'
import type { Settings } from './settings.ts'
import { createSound } from './sound.ts'
import type { MessageRow } from './thread.ts'
import { createToasts, type Toasts } from './toasts.ts'
import { createVisit, type Visit } from './visit.ts'

/** The page. */
export interface Page extends Omit<Visit, 'look'> {
  readonly client: PageClient
  readonly settings: Settings
  readonly router: Router
  readonly toasts: Toasts
  readonly connection: ConnectionState
  readonly frames: ShallowRef<readonly LoggedFrame[]>
  readonly areFramesPaused: ShallowRef<boolean>
  /** What came last, for those who hear the page. */
  readonly announcement: Readonly<ShallowRef<string>>
  text(name: string, values?: Readonly<Record<string, string | number>>): string
  /** Why something failed, in the reader's language. */
  explain(error: unknown): string
  /** Tells of an error that nobody else tells of. That the server can't be reached is shown as such, and goes by itself. */
  report(error: unknown): void
  /** Tells why what a person has asked for is not done, also when the server can't be reached. */
  tellFailure(error: unknown): void
}

const PAGE: InjectionKey<Page> = Symbol('page')

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
  const router = createRouter()
  const toasts = createToasts()
  const connection = createConnectionState()
  const announcement = shallowRef('')
  const { text, explain } = createWords(i18n)
  const sound = createSound()

  function report(error: unknown): void {
    if (statusOf(error) !== 0) tellFailure(error)
  }

  function tellFailure(error: unknown): void {
    const status = statusOf(error)
    if (status === 401 || (error as Error).name === 'AbortError') return
    if (status !== 0) console.error(error)
    toasts.tell(explain(error), true)
  }

  // What still comes for who has logged out is not for the next one's eyes.
  const { take, ...log } = createFrameLog(() => client.isLoggedIn())
  const client = createPageClient({
    tap: {
      onFrame: take,
      onOpen: connection.opened,
      onClose: connection.closed,
    },
    onLoggedOut() {
      visit.wasLoggedOut.value = true
      visit.look()
    },
    onError: report,
  })

  function onArrival(message: MessageRow): void {
    const current = visit.member.value
    if (current === undefined) return
    const name = current.people.nameOf(message.item.author_id) || text('thread.unknownPerson')
    announcement.value = text('thread.said', { name, text: message.item.text })
    const isMuted = current.conversations.find(conversationOf(message))?.isMuted === true
    if (document.hidden && settings.hasSound && !isMuted) sound.play()
  }

  const { onUntold, ...telling } = createTellings({ router, toasts, text })
  const open = (): Promise<Member> => openMember({ client, report, explain, onArrival, ...telling })
  const visit = createVisit({ client, connection, onUntold, report, open })
  watchEffect(() => {
    const unread = visit.member.value?.conversations.unread.value ?? 0
    document.title = pageTitle(text('app.name'), settings.hasBadge ? unread : 0)
  })
  watch(visit.visitor, (now) => {
    // Whoever logs in next begins at the beginning, or where an invitation leads.
    const isWanted = ['join', 'account'].includes(router.route.value.name)
    if (now === 'guest' && !isWanted) router.replace({ name: 'home' })
  })
  watch(visit.member, (now) => {
    if (now !== undefined) return
    log.frames.value = []
    announcement.value = ''
  })
  visit.look()

  return {
    client,
    settings,
    router,
    toasts,
    connection,
    ...log,
    ...visit,
    announcement,
    text,
    explain,
    report,
    tellFailure,
  }
}

function createFrameLog(isKept: () => boolean) {
  const frames = shallowRef<readonly LoggedFrame[]>([])
  const areFramesPaused = shallowRef(false)
  return {
    frames,
    areFramesPaused,
    take(direction: LoggedFrame['direction'], text: string): void {
      if (areFramesPaused.value || !isKept()) return
      frames.value = withFrame(frames.value, { direction, at: Date.now(), text })
    },
  }
}

/** What a member and a visit say by the page. */
function createTellings({ router, toasts, text }: Pick<Page, 'router' | 'toasts' | 'text'>) {
  return {
    nobody: (): string => text('thread.deletedUser'),
    onRefused: (name: string): void => toasts.tell(text('composer.refused', { name }), true),
    /** In the conversation that is open its message says so. */
    onUnsent({ conversationId, error: why = '' }: Outgoing): void {
      const { value: route } = router.route
      const isShown = route.name === 'conversation' && route.id === conversationId
      if (!isShown) toasts.tell(text('thread.failed', { why }), true)
    },
    onUntold: (): void => toasts.tell(text('nav.untold'), true),
  }
}

function statusOf(error: unknown): number | undefined {
  return error instanceof ProblemError ? error.status : undefined
}

function createWords(i18n: I18n): Pick<Page, 'text' | 'explain'> {
  const { global } = i18n as unknown as Translate // the part of it that is used here
  const text: Page['text'] = (name, values = {}) => {
    const count = values['n']
    return typeof count === 'number' ? global.t(name, values, count) : global.t(name, values)
  }
  return {
    text,
    explain(error) {
      const name = `problem.${(error instanceof ProblemError && error.code) || 'other'}`
      return text(global.te(name) ? name : 'problem.other')
    },
  }
}
