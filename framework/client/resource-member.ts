/** What stands under the name of a resource: its operations, its live rows, and its links as methods. */
import { byName } from './by-name.ts'
import { guarded, type ChannelParts, type ListenOptions } from './channel-stream.ts'
import type { Comparisons } from './compare-rows.ts'
import { openLive, type Live } from './live.ts'
import type { AnyRow } from './live-rows.ts'
import type { Send } from './requests.ts'
import { resourceOperations, type ResourceOperations } from './resource-client.ts'
import type { Page } from './result.ts'

/** What a resource needs. */
export interface ResourceParts extends ChannelParts {
  readonly send: Send
}

interface LiveCall {
  readonly where?: unknown
  readonly order?: string | readonly string[]
  readonly limit?: number
  readonly pageSize?: number
  readonly compare?: Comparisons
}

const LIVE_LIMIT = 1000
const PAGE_SIZE = 100

/** The operations of a resource. @param name as it was declared, snake_case */
export function resourceMember(name: string, parts: ResourceParts): unknown {
  const operations = resourceOperations(name, parts.send)
  const own: Readonly<Record<string, unknown>> = {
    ...operations,
    live: (
      options: LiveCall,
      onRows: (rows: readonly AnyRow[]) => void,
      listen: ListenOptions = {},
    ): Live => live({ name, operations, parts }, options, { onRows, ...listen }),
  }
  return byName(
    (member) =>
      own[member] ?? ((key: string, options?: object) => operations.link(member, key, options)),
  )
}

interface LiveScope {
  readonly name: string
  readonly operations: ResourceOperations
  readonly parts: ResourceParts
}

function live(
  { name, operations, parts }: LiveScope,
  { where, order = [], limit = LIVE_LIMIT, pageSize = PAGE_SIZE, compare = {} }: LiveCall,
  { onRows, onError = parts.report }: ListenOptions & { onRows(rows: readonly AnyRow[]): void },
): Live {
  return openLive(
    {
      channel: name,
      where,
      order: typeof order === 'string' ? order.split(',') : order,
      limit,
      compare,
    },
    {
      ...parts,
      pageSize,
      schedule,
      readPage: async (page, signal) =>
        // as its documents say
        (await operations.search({ where, order, ...page, cursor: true, signal })) as Page<
          AnyRow['item']
        >,
    },
    { onEnd: onError, onRows: guarded(onRows, parts.report) },
  )
}

/** A page that is looked at shows changes with its next frame; elsewhere nothing waits for frames. */
function schedule(run: () => void): void {
  const { requestAnimationFrame, document } = globalThis as {
    readonly requestAnimationFrame?: (run: () => void) => number
    readonly document?: { readonly hidden: boolean }
  }
  if (requestAnimationFrame === undefined || document?.hidden !== false) queueMicrotask(run)
  else requestAnimationFrame(run)
}
