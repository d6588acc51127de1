/** The messages of one conversation: the newest first, older ones as they are asked for, all kept up to date. */
import { shallowRef, type ShallowRef } from 'vue'
import type { LiveHandle, Row, Where } from '../../../framework/client/index.ts'
import type { Api } from '../../api.ts'
import type { Message } from '../rows.ts'
import type { PageClient } from './client.ts'
import { keepTrying } from './keep-trying.ts'

/** A row of a message. */
export type MessageRow = Row<Message>

/** A window on a conversation that grows into the past. */
export interface Thread {
  /** The oldest first. */
  readonly messages: Readonly<ShallowRef<readonly MessageRow[]>>
  readonly hasOlder: Readonly<ShallowRef<boolean>>
  readonly isLoading: Readonly<ShallowRef<boolean>>
  /** Undefined until the newest are there. */
  readonly isReady: Readonly<ShallowRef<boolean>>
  /**
   * Loads a page of older ones; while one is under way there is no other.
   * @returns whether it came: false when there is none, it failed, which is reported, or the window is closed
   */
  loadOlder(): Promise<boolean>
  close(): void
}

type MessageWhere = Where<Api['resources'], Api['resources']['message']>
type Handle = LiveHandle<Api['resources']['message']>

const PAGE = 50
/** Messages of a stretch that are kept. */
const MOST = 1000
const NEWEST_FIRST = ['-created_at', '-id'] as const

/** Opens the window. @param where which messages are of the conversation */
export function openThread(
  client: PageClient,
  where: MessageWhere,
  report: (error: unknown) => void,
): Thread {
  const [hasOlder, isLoading, isReady] = [shallowRef(false), shallowRef(false), shallowRef(false)]
  const closing = new AbortController()
  const stretches = openStretches({ client, where, report, onOutgrown: beginAnew })
  const { messages } = stretches
  let isOutgrown = false
  let pageKey: string | undefined
  let loading: Promise<boolean> | undefined

  async function addPage(): Promise<void> {
    const { signal } = closing
    const isAnew = isOutgrown
    const page = await client.message.search({
      where,
      order: NEWEST_FIRST,
      limit: PAGE,
      pageKey: isAnew ? undefined : pageKey,
      signal,
    })
    signal.throwIfAborted()
    if (isAnew) {
      stretches.clear()
      isOutgrown = false
    }
    pageKey = page.nextPageKey
    hasOlder.value = pageKey !== undefined
    stretches.add(page.results, hasOlder.value)
  }

  async function loadNow(): Promise<boolean> {
    isLoading.value = true
    try {
      // What one scrolls to is asked for by scrolling again.
      if (isReady.value) await addPage()
      else await keepTrying(addPage, closing.signal)
      isReady.value = true
      return !closing.signal.aborted
    } catch (error) {
      if (!closing.signal.aborted) report(error)
      return false
    } finally {
      isLoading.value = false
    }
  }

  function load(): Promise<boolean> {
    loading ??= loadNow().finally(() => (loading = undefined))
    return loading
  }

  /** With the newest: what is older comes again when it is asked for. What is under way goes first. */
  function beginAnew(): void {
    isOutgrown = true
    void load()
  }

  void load()
  return {
    messages,
    hasOlder,
    isLoading,
    isReady,
    loadOlder: async () => hasOlder.value && !closing.signal.aborted && (await load()),
    close() {
      closing.abort()
      stretches.clear()
    },
  }
}

interface StretchOptions {
  readonly client: PageClient
  readonly where: MessageWhere
  readonly report: (error: unknown) => void
  /** More have come than are kept: from now on some would be missing. Told with each that comes. */
  readonly onOutgrown: () => void
}

/** Stretches of time, the newest first, which reaches to all that come; those that meet may hold the same rows. */
function openStretches({ client, where, report, onOutgrown }: StretchOptions) {
  const messages = shallowRef<readonly MessageRow[]>([])
  const stretches: { rows: readonly MessageRow[]; handle?: Handle }[] = []

  function show(): void {
    const all = new Map(stretches.flatMap(({ rows }) => rows).map((row) => [row.key, row]))
    messages.value = [...all.values()].sort(byTime)
  }

  return {
    messages,
    /** Adds those that come before all that are here, and keeps them up to date. @param hasOlder whether others come before them */
    add(rows: readonly MessageRow[], hasOlder: boolean): void {
      const end = stretches.length === 0 ? undefined : messages.value[0]?.item.created_at
      const begin = hasOlder ? rows.at(-1)?.item.created_at : undefined
      const stretch: (typeof stretches)[number] = { rows }
      stretches.push(stretch)
      show()
      stretch.handle = client.message.live(
        { where: { and: [where, within(begin, end)] }, order: NEWEST_FIRST, limit: MOST },
        (now) => {
          stretch.rows = now
          show()
          if (end === undefined && now.length === MOST) onOutgrown()
        },
        { onError: report },
      )
    },
    /** Those that are shown stay until others are added. */
    clear(): void {
      for (const { handle } of stretches.splice(0)) handle?.close()
    },
  }
}

function within(begin: string | undefined, end: string | undefined): MessageWhere {
  return {
    created_at: {
      ...(begin === undefined ? {} : { gte: begin }),
      ...(end === undefined ? {} : { lte: end }),
      ...(begin === undefined && end === undefined ? { exists: true } : {}),
    },
  }
}

function byTime(one: MessageRow, other: MessageRow): number {
  if (one.item.created_at !== other.item.created_at) {
    return one.item.created_at < other.item.created_at ? -1 : 1
  }
  return one.key < other.key ? -1 : 1
}
