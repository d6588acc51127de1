/** One run: breaks things while writers write and subscribers listen, lets it come to rest, and tells what happened. */
import { randomUUID } from 'node:crypto'
import type { Test } from 'tap'
import type { PostgresServer } from '../kit/postgres-server.ts'
import { createRandom } from '../kit/random.ts'
import { startBrokerProxy } from '../kit/rabbitmq.ts'
import { breakSomething, drawFaults, type Target } from './faults.ts'
import type { History } from './history.ts'
import { milliseconds } from './milliseconds.ts'
import { startSubscriber, type Subscriber, type SubscriberOptions } from './subscriber.ts'
import { startWorld, type World } from './world.ts'
import { startWriters, type Stage } from './writers.ts'

/** What kind of run. */
export interface RunOptions {
  readonly seed: number
  readonly processes: number
  readonly faults: number
  /** '' is none. */
  readonly bus: 'postgres' | 'rabbitmq' | ''
  /** A server that the run may restart; undefined: that of all tests, or PGlite. */
  readonly server: PostgresServer | undefined
}

/** In every topic, and never put out: by it the rest is told that all has been told. */
const HOST = 'host'
const WRITERS = 3
/** Far more than it takes, also where many share a machine. */
const REST_MS = 180_000
const RETRY_MS = 50

/** Runs it. When it does not come to rest, `t` fails, and what was told so far tells the rest. */
export async function run(
  t: Test,
  { seed, processes: size, faults, bus, server }: RunOptions,
): Promise<History> {
  const random = createRandom(seed)
  const broker = bus === 'rabbitmq' ? await startBrokerProxy(t) : undefined
  const world = await startWorld(t, { size, busUrl: broker?.url ?? bus, seed, server })
  const people = ['ann', 'bob', 'cyd']
  const stage: Stage = { people, topics: Array.from({ length: 3 }, () => randomUUID()) }
  await createTopics(world, stage.topics)
  const breakable = { hasServer: bus !== '', ownsServer: server !== undefined }
  const plan = drawFaults(random.fork(), faults, breakable)
  const writers = startWriters(world, stage, random.fork(), WRITERS)
  for (const topic of stage.topics) await writers.grant(topic, HOST)
  const subscribers = startSubscribers(world, { people, random, logIn: writers.logIn })
  const target: Target = { world, subscribers, broker, logOut: writers.logOut }
  for (const fault of plan) {
    t.comment(`${fault.kind} (${String(fault.choice)}, ${String(fault.ms)} ms)`)
    // So long all works as well as it can.
    await milliseconds(fault.ms)
    // What a fault hits may be away because of the one before.
    await breakSomething(target, fault).catch((error: unknown) => t.comment(String(error)))
  }
  await writers.end()
  for (const one of subscribers) one.calm()
  const [topic = ''] = stage.topics
  await comeToRest(t, world, () => catchUp(subscribers, () => writers.writeNote(topic)))
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

interface Audience extends Pick<SubscriberOptions, 'random' | 'logIn'> {
  readonly people: readonly string[]
}

/** Each person twice: once for everything, and once for a part. */
function startSubscribers(
  world: World,
  { people, random, logIn }: Audience,
): readonly Subscriber[] {
  return [HOST, ...people].flatMap((person) =>
    [0, 5].map((minLevel) => {
      const name = `${person} from level ${String(minLevel)}`
      return startSubscriber(world, { name, person, minLevel, random: random.fork(), logIn })
    }),
  )
}

/** Until everybody knows all that was written, and nothing more is written. */
async function comeToRest(t: Test, world: World, allKnow: () => Promise<void>): Promise<void> {
  async function rest(): Promise<void> {
    // First those have to tell it who have lived through everything.
    await allKnow()
    t.comment('everybody knows all that was written')
    // What was asked for by whoever was cut off may be done later than that.
    await world.settle()
    t.comment('nothing is under way')
    await allKnow()
    // Some have had to log in again, which is written too.
    await allKnow()
  }
  const signal = AbortSignal.timeout(REST_MS)
  const tooLate = new Promise((resolve) => signal.addEventListener('abort', resolve))
  await Promise.race([rest(), tooLate])
  if (signal.aborted) t.fail(`it did not come to rest within ${String(REST_MS)} ms`)
}

/** Writes a note, and waits until everybody has been told of everything up to it. */
async function catchUp(
  subscribers: readonly Subscriber[],
  writeNote: () => Promise<string | undefined>,
): Promise<void> {
  let position: number | undefined
  while (position === undefined) {
    const text = await writeNote()
    if (text !== undefined) position = await placeOf(subscribers[0], text)
    // Whom a fault has hit is back soon.
    else await milliseconds(RETRY_MS)
  }
  const last = position
  await Promise.all(subscribers.map((one) => one.reached(last)))
}

/** The place of a note in the log; undefined: who began anew meanwhile found it there already, and is told of no place. */
async function placeOf(host: Subscriber | undefined, text: string): Promise<number | undefined> {
  let place: number | undefined
  await host?.until((told) => {
    const event = told.find((one) => one.kind === 'event' && one.note?.text === text)
    place = event?.kind === 'event' ? event.position : undefined
    return (
      place !== undefined ||
      told.some((one) => one.kind === 'snapshot' && one.notes.some((note) => note.text === text))
    )
  })
  return place
}
