/** People who talk in conversations of a messenger under test. */
import type { LightMyRequestResponse } from 'fastify'
import type { TestMessenger } from './messenger.ts'
import type { Frame, SocketClient } from './socket-client.ts'

/** A Result, as it is answered. */
export interface Told {
  readonly key: string
  readonly item: Readonly<Record<string, unknown>>
  readonly updatable: boolean
  readonly deletable: boolean
}

/** A group, as its owner knows it. */
export interface Group {
  readonly key: string
  readonly code: string
}

/** What people do. */
export interface Talk {
  /** Runs an action. */
  act(name: string, as: string | undefined, input?: object): Promise<LightMyRequestResponse>
  /** Makes a group that these join. `as` and `joining`: access tokens. */
  group(as: string, ...joining: readonly string[]): Promise<Group>
  /** The conversation of two people. @returns its key */
  direct(as: string, other: string): Promise<string>
  /** Writes a message. @throws unless it is made */
  say(conversation: string | null, as: string, item?: object): Promise<Told>
  /** The keys of what a search finds. */
  keys(query: string, as: string | undefined): Promise<readonly string[]>
}

/** Talks in a messenger. */
export function talkIn({ call }: Pick<TestMessenger, 'call'>): Talk {
  const act: Talk['act'] = (name, as, input = {}) =>
    call(`POST /actions/${name.replaceAll('_', '-')}`, { as, json: input })
  const made = async (answer: Promise<LightMyRequestResponse>): Promise<Told> => {
    const response = await answer
    if (response.statusCode < 300) return response.json<Told>()
    throw new AggregateError([], `It was answered ${response.statusCode}: ${response.body}`)
  }
  return {
    act,
    async group(as, ...joining) {
      const json = { item: { title: 'Garden' } }
      const { key, item } = await made(call('POST /actions/conversation', { as, json }))
      const code = String(item['join_code'])
      for (const one of joining) await made(act('conversation_join', one, { join_code: code }))
      return { key, code }
    },
    direct: async (as, other) =>
      (await made(act('direct_conversation', as, { user_id: other }))).key,
    say: (conversation, as, item = {}) =>
      made(
        call('POST /actions/message', {
          as,
          json: { item: { text: 'Hello', conversation_id: conversation, ...item } },
        }),
      ),
    async keys(query, as) {
      const { results } = (await call(`GET /actions/${query}`, { as })).json<{
        results: readonly Told[]
      }>()
      return results.map(({ key }) => key)
    },
  }
}

/** Takes frames until one is as asked, and gives it. */
export async function frameUntil(
  client: SocketClient,
  isIt: (frame: Frame) => boolean,
): Promise<Frame> {
  for (;;) {
    const frame = await client.next()
    if (isIt(frame)) return frame
  }
}
