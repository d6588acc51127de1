/** One run: breaks things while writers write and subscribers listen, lets it come to rest, and tells what happened. */
import { randomUUID } from 'node:crypto'
import type { Test } from 'tap'
import { createRandom, type Random } from '../kit/random.ts'
import { startBrokerProxy } from '../kit/rabbitmq.ts'
import { breakSomething, drawFaults, type Target } from './faults.ts'
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
const QUIET_LOOKS = 10

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
  await comeToRest({ world, subscribers }, writers, stage)
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

/**
 * Until a last note is told of, and then nothing more is written and everybody knows all. A request whose answer was cut off may
 * be done later than that note.
 */
async function comeToRest(
  { world, subscribers }: Pick<Target, 'world' | 'subscribers'>,
  writers: Writers,
  { topics: [topic = ''] }: Stage,
): Promise<void> {
  const end = performance.now() + REST_MS
  let text: string | undefined
  for (let looks = 0; performance.now() < end && !isTold(subscribers[0], text); looks += 1) {
    // Who read anew meanwhile is not told of it as an event, and waits for another.
    if (looks % 40 === 0) text = await writers.writeNote(topic)
    await milliseconds(LOOK_MS)
  }
  let head: number | undefined
  for (let quiet = 0; performance.now() < end && quiet < QUIET_LOOKS; quiet += 1) {
    await milliseconds(LOOK_MS)
    const now = await world.head().catch(() => undefined)
    const isQuiet = now !== undefined && now === head
    if (!isQuiet || !subscribers.every((one) => one.hasReached(now))) quiet = 0
    head = now
  }
}

function isTold(host: Subscriber | undefined, text: string | undefined): boolean {
  if (host === undefined || text === undefined) return false
  return host.told.some((one) => one.kind === 'event' && one.note?.text === text)
}
