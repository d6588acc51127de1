/** One event to many sockets: the messenger beside a bare `ws` server that writes one ready frame. */

import { fork } from 'node:child_process'
import { once } from 'node:events'
import { cpuSeconds, nodeOn, startServer, type ServerProcess } from '../processes.ts'
import type { Heard, ListenersPlan } from './listeners.ts'

const BARE_SERVER = new URL('bare-server.ts', import.meta.url)
const LISTENERS = new URL('listeners.ts', import.meta.url)
const MESSENGER = new URL('../../app/main.ts', import.meta.url)
const TEXT =
  'Something that is said to everybody, about as long as people usually say things. '.repeat(2)
const SETTLE_ROUNDS = 1

/** What one server did in one slice. */
export interface FanOutSample extends Heard {
  readonly deliveriesPerCpuSecond: number
}

/** The samples of both servers, round by round. */
export interface FanOut {
  readonly sockets: number
  readonly bare: readonly FanOutSample[]
  readonly holdfast: readonly FanOutSample[]
}

/** What the measurement needs. */
export interface FanOutOptions {
  readonly sockets: number
  readonly rounds: number
  readonly seconds: number
  /** A database of the messenger, and a token of one of its users. */
  readonly environment: Readonly<Record<string, string>>
  readonly logIn: (port: number) => Promise<string>
}

/** Measures both servers by turns. */
export async function measureFanOut(options: FanOutOptions): Promise<FanOut> {
  const { sockets, rounds, environment } = options
  const holdfast = await startServer({ script: MESSENGER, environment, nodeOptions: [] })
  const bare = await startServer({ script: BARE_SERVER, environment: {}, nodeOptions: [] })
  const token = await options.logIn(holdfast.port)
  const publish = {
    path: '/actions/message',
    headers: { authorization: `Bearer ${token}`, 'content-type': 'application/json' },
    body: JSON.stringify({ item: { text: TEXT } }),
  }
  const subscribe = JSON.stringify({ type: 'Subscribe', payload: 'on_create_message' })
  const sides = [
    {
      samples: [] as FanOutSample[],
      server: bare,
      subscribe: undefined,
      publish: bareFrame(publish),
    },
    { samples: [] as FanOutSample[], server: holdfast, subscribe, publish },
  ]
  try {
    const listening: Listeners[] = []
    for (const { server, ...side } of sides) {
      listening.push(await startListeners({ port: server.port, sockets, ...side }))
    }
    for (let round = -SETTLE_ROUNDS; round < rounds; round += 1) {
      for (const [at, side] of sides.entries()) {
        const sample = await measure(side.server, () => listening[at]?.run(options.seconds))
        if (round >= 0 && sample !== undefined) side.samples.push(sample)
      }
    }
    for (const listeners of listening) listeners.end()
    return { sockets, bare: sides[0]?.samples ?? [], holdfast: sides[1]?.samples ?? [] }
  } finally {
    await Promise.all([holdfast.stop(), bare.stop()])
  }
}

async function measure(
  { pid }: ServerProcess,
  run: () => Promise<Heard> | undefined,
): Promise<FanOutSample | undefined> {
  const before = cpuSeconds(pid) ?? NaN
  const heard = await run()
  const used = (cpuSeconds(pid) ?? NaN) - before
  return heard && { ...heard, deliveriesPerCpuSecond: heard.deliveries / used }
}

/** The bare server sends what it is given: a frame as long as the messenger's. */
function bareFrame(publish: ListenersPlan['publish']): ListenersPlan['publish'] {
  const id = '00000000-0000-7000-8000-000000000000'
  const time = '2026-11-20T12:00:00.000Z'
  const item = { id, text: TEXT, author_id: id, created_at: time, updated_at: time }
  const event = { type: 'Event', channel: 'on_create_message', op: 'create', key: id }
  return {
    ...publish,
    body: JSON.stringify({ ...event, cursor: '0123456789ab-123', payload: item }),
  }
}

interface Listeners {
  run(seconds: number): Promise<Heard>
  end(): void
}

async function startListeners(plan: ListenersPlan): Promise<Listeners> {
  const [execPath, ...execArgv] = nodeOn('load')
  const child = fork(LISTENERS, { execPath, execArgv })
  child.send(plan)
  const [opened] = (await once(child, 'message')) as [unknown]
  if (opened !== 'open') throw new Error('The listeners did not open.')
  return {
    async run(seconds: number): Promise<Heard> {
      child.send({ seconds })
      const [heard] = (await once(child, 'message')) as [Heard]
      return heard
    },
    end: () => void child.send('end'),
  }
}
