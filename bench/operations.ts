/** The six operations that are compared, as requests. */

import type { Content } from './bench-database.ts'
import { SERIAL_DIGITS, type PreparedRequest } from './load-messages.ts'

/** One operation. */
export interface Operation {
  readonly name: string
  /** What every answer has. */
  readonly status: number
  readonly isWrite: boolean
  /** As they are on the wire, in random order. */
  prepare(world: World): readonly PreparedRequest[]
}

/** What requests are made of. */
export interface World extends Content {
  /** Access tokens by the id of their user. */
  readonly tokens: ReadonlyMap<string, string>
}

/** How many different requests there are of each operation. */
const VARIETY = 2_000
const PAGE = 'search_order=-created_at&limit=20'
const SERIAL = '#'.repeat(SERIAL_DIGITS)

/** All six. */
export const OPERATIONS: readonly Operation[] = [
  {
    name: 'read',
    status: 200,
    isWrite: false,
    prepare: (world) => various(() => get(`message/${pick(world.messages).id}`, anyToken(world))),
  },
  {
    name: 'newest page',
    status: 200,
    isWrite: false,
    prepare: (world) => various(() => get(`message-search?${PAGE}`, anyToken(world))),
  },
  {
    name: 'filtered page',
    status: 200,
    isWrite: false,
    prepare: (world) =>
      various(() =>
        get(`message-search?author_id__eq=${pick(world.userIds)}&${PAGE}`, anyToken(world)),
      ),
  },
  {
    name: 'create',
    status: 201,
    isWrite: true,
    prepare: (world) => various(() => send('POST', 'message', anyToken(world))),
  },
  {
    name: 'own update',
    status: 200,
    isWrite: true,
    prepare(world) {
      const own = world.messages.filter(({ authorId }) => world.tokens.has(authorId))
      return various(() => {
        const { id, authorId } = pick(own)
        return send('PATCH', `message/${id}`, world.tokens.get(authorId) ?? '')
      })
    },
  },
  {
    name: 'count',
    status: 200,
    isWrite: false,
    prepare: (world) =>
      various(() => get(`message-count?author_id__eq=${pick(world.userIds)}`, anyToken(world))),
  },
]

function various(make: () => PreparedRequest): readonly PreparedRequest[] {
  return Array.from({ length: VARIETY }, make)
}

function get(path: string, token: string): PreparedRequest {
  return { head: `${headOf('GET', path, token)}\r\n`, tail: '' }
}

/** Each text is another one, because an update that changes nothing is no change. */
function send(method: string, path: string, token: string): PreparedRequest {
  const body = JSON.stringify({
    item: { text: `Message ${SERIAL} of the bench, as long as messages usually are, or so.` },
  })
  const head = headOf(method, path, token)
  const whole = `${head}content-type: application/json\r\ncontent-length: ${body.length}\r\n\r\n${body}`
  const [before = '', after = ''] = whole.split(SERIAL)
  return { head: before, tail: after }
}

function headOf(method: string, path: string, token: string): string {
  return `${method} /actions/${path} HTTP/1.1\r\nhost: localhost\r\nauthorization: Bearer ${token}\r\n`
}

function anyToken({ tokens }: World): string {
  return pick([...tokens.values()])
}

function pick<T>(list: readonly T[]): T {
  const picked = list[Math.floor(Math.random() * list.length)]
  if (picked === undefined) throw new Error('There is nothing to pick from.')
  return picked
}
