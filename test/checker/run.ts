/** One run: breaks things while writers write and subscribers listen, lets it come to rest, and tells what happened. */
import { randomUUID } from 'node:crypto'
import type { Test } from 'tap'
import { createRandom, type Random } from '../kit/random.ts'
import { startBrokerProxy } from '../kit/rabbitmq.ts'
import { breakSomething, drawFaults } from './faults.ts'
import type { History } from './history.ts'
import { milliseconds } from './milliseconds.ts'
import { startSubscriber, type Subscriber } from './subscriber.ts'
import { startWorld, type World } from './world.ts'
import { startWriters, type Stage, type Writers } from './writers.ts'

/** What kind of run. */
export interface RunOptions {
  readonly seed: number
  readonly processes: number
  readonly faults: number
  /** '' is none. */
  readonly bus: 'postgres' | 'rabbitmq' | ''
}

/** In every topic, and never put out: by it the rest is told that all has been told. */
const HOST = 'host'
const WRITERS = 3
const REST_MS = 30_000
const LOOK_MS = 50

/** Runs it. @throws when the processes do not come to rest */
export async function run(t: Test, { seed, processes, faults, bus }: RunOptions): Promise<History> {
  const random = createRandom(seed)
  const broker = bus === 'rabbitmq' ? await startBrokerProxy(t) : undefined
  const world = await startWorld(t, { size: processes, busUrl: broker?.url ?? bus, seed })
  const people = ['ann', 'bob', 'cyd']
  const stage: Stage = { people, topics: Array.from({ length: 3 }, () => randomUUID()) }
  await createTopics(world, stage.topics)
  const plan = drawFaults(random.fork(), faults, bus !== '')
  const writers = startWriters(world, stage, random.fork(), WRITERS)
  for (const topic of stage.topics) await writers.grant(topic, HOST)
  const subscribers = startSubscribers(world, people, random)
  for (const fault of plan) {
    t.comment(`${fault.kind} (${String(fault.choice)}, ${String(fault.ms)} ms)`)
    await milliseconds(fault.ms)
    // What a fault hits may be away because of the one before.
    await breakSomething({ world, subscribers, broker }, fault).catch((error: unknown) =>
      t.comment(String(error)),
    )
  }
  await writers.end()
  for (const one of subscribers) one.calm()
  await comeToRest(subscribers, writers, stage)
  await Promise.all(subscribers.map((one) => one.end()))
  return { attempts: writers.attempts, listeners: subscribers, ...(await world.read()) }
}

async function createTopics(world: World, topics: readonly string[]): Promise<void> {
  const authorization = `Bearer ${await world.tokenFor('admin')}`
  for (const id of topics) {
    await fetch(`${world.url}/actions/topic`, {
      method: 'POST',
      headers: { authorization, 'content-type': 'application/json' },
      body: JSON.stringify({ item: { id, title: 'A topic' } }),
    })
  }
}

/** Each person twice: once for everything, and once for a part. */
function startSubscribers(
  world: World,
  people: readonly string[],
  random: Random,
): readonly Subscriber[] {
  return [HOST, ...people].flatMap((person) =>
    [0, 5].map((minLevel) =>
      startSubscriber(world, {
        name: `${person} from level ${String(minLevel)}`,
        person,
        minLevel,
        random: random.fork(),
      }),
    ),
  )
}

/** Until everybody has been told of a last note, after which nothing was written. */
async function comeToRest(
  subscribers: readonly Subscriber[],
  writers: Writers,
  { topics: [topic = ''] }: Stage,
): Promise<void> {
  const [host] = subscribers
  const end = performance.now() + REST_MS
  let text: string | undefined
  let position: number | undefined
  let tries = 0
  while (performance.now() < end) {
    // Who read anew meanwhile was not told of it as an event, and may wait for another.
    if (tries++ % 40 === 0 && position === undefined) text = await writers.writeNote(topic)
    const event = host?.told.findLast(({ kind, ...one }) => kind === 'event' && 'note' in one && one.note?.text === text) // prettier-ignore
    if (event?.kind === 'event' && text !== undefined) position = event.position
    const reached = position
    if (reached !== undefined && subscribers.every((one) => one.hasReached(reached))) return
    await milliseconds(LOOK_MS)
  }
}
