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
  loadOlder(): Promise<void>
  close(): void
}

type MessageWhere = Where<Api['resources'], Api['resources']['message']>
type Handle = LiveHandle<Api['resources']['message']>

const PAGE = 50
const NEWEST_FIRST = ['-created_at', '-id'] as const

/** Opens the window. @param where which messages are of the conversation */
export function openThread(
  client: PageClient,
  where: MessageWhere,
  report: (error: unknown) => void,
): Thread {
  const messages = shallowRef<readonly MessageRow[]>([])
  const [hasOlder, isLoading, isReady] = [shallowRef(false), shallowRef(false), shallowRef(false)]
  const closing = new AbortController()
  /** Each keeps its stretch of time; those that meet may hold the same rows. */
  const stretches: { rows: readonly MessageRow[]; handle?: Handle }[] = []
  let pageKey: string | undefined

  function show(): void {
    const all = new Map(stretches.flatMap(({ rows }) => rows).map((row) => [row.key, row]))
    messages.value = [...all.values()].sort(byTime)
  }

  /** @param end the moment up to which the stretch reaches; undefined: the newest, and all that come */
  async function addStretch(end: string | undefined): Promise<void> {
    const { signal } = closing
    const page = await client.message.search({
      where,
      order: NEWEST_FIRST,
      limit: PAGE,
      pageKey,
      signal,
    })
    pageKey = page.nextPageKey
    hasOlder.value = pageKey !== undefined
    const begin = pageKey === undefined ? undefined : page.results.at(-1)?.item.created_at
    const stretch: (typeof stretches)[number] = { rows: page.results }
    stretches.push(stretch)
    show()
    stretch.handle = client.message.live(
      { where: { and: [where, within(begin, end)] }, order: NEWEST_FIRST },
      (rows) => {
        stretch.rows = rows
        show()
      },
      { onError: report },
    )
    if (closing.signal.aborted) stretch.handle.close()
  }

  async function load(end: string | undefined): Promise<void> {
    if (isLoading.value) return
    isLoading.value = true
    try {
      // What one scrolls to is asked for by scrolling again.
      if (isReady.value) await addStretch(end)
      else await keepTrying(() => addStretch(end), closing.signal)
      isReady.value = true
    } catch (error) {
      if (!closing.signal.aborted) report(error)
    } finally {
      isLoading.value = false
    }
  }

  void load(undefined)
  return {
    messages,
    hasOlder,
    isLoading,
    isReady,
    loadOlder: () =>
      hasOlder.value ? load(messages.value[0]?.item.created_at) : Promise.resolve(),
    close() {
      closing.abort()
      stretches.forEach(({ handle }) => handle?.close())
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
