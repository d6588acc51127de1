/** `npm run bench`: the messenger and the hand-written server beside it, in one run, and the ratio between them. */

import { parseArgs } from 'node:util'

import { connectDatabaseServer, MESSAGES, USERS } from './bench-database.ts'
import { HOLDFAST, openContenders } from './contenders.ts'
import { createMeter, type Contender, type Meter, type Sample } from './measure.ts'
import { OPERATIONS, type Operation, type World } from './operations.ts'
import { CAN_PIN, residentMegabytes, startLoad } from './processes.ts'
import { GOALS, reachesGoals, toTable, type Measured } from './report.ts'

const { DATABASE_URL, BENCH_SECONDS } = process.env

const { values: options } = parseArgs({
  options: {
    /** How long one slice is. */
    seconds: { type: 'string', default: BENCH_SECONDS ?? '2' },
    /** How many slices each server gets in each operation. */
    rounds: { type: 'string', default: '6' },
    /** Names of operations, comma-separated; default all. */
    only: { type: 'string' },
    /** End with 1 unless every operation reaches the goals. */
    check: { type: 'boolean', default: false },
    /** A folder for a CPU profile of each server. */
    profile: { type: 'string' },
  },
})
const seconds = Number(options.seconds)
const rounds = Number(options.rounds)

async function main(): Promise<void> {
  const url = DATABASE_URL ?? 'postgres://postgres@127.0.0.1:5432/postgres'
  const databases = await connectDatabaseServer(url)
  const load = startLoad()
  try {
    const contenders = await openContenders({ databases, nodeOptions })
    try {
      await compareAll(createMeter(load, databases), contenders.list, contenders.world)
    } finally {
      await contenders.close()
    }
  } finally {
    load.disconnect()
    await databases.close()
  }
}

function nodeOptions(name: string): readonly string[] {
  if (options.profile === undefined) return []
  const file = `${name.replaceAll(/\W+/g, '-')}.cpuprofile`
  return ['--cpu-prof', `--cpu-prof-dir=${options.profile}`, `--cpu-prof-name=${file}`]
}

async function compareAll(
  meter: Meter,
  contenders: readonly Contender[],
  world: World,
): Promise<void> {
  console.log(
    `${MESSAGES} messages, ${USERS} users; ${rounds} rounds of ${seconds} s; processes ${CAN_PIN ? 'pinned' : 'not pinned'}.`,
  )
  const names = options.only?.split(',')
  const all: Measured[] = []
  for (const operation of OPERATIONS) {
    if (names?.includes(operation.name) === false) continue
    meter.prepare({
      kind: 'prepare',
      requests: operation.prepare(world),
      status: operation.status,
    })
    const samples = await compare(meter, contenders, operation)
    all.push({ operation: operation.name, samples })
    console.error(`${operation.name}: measured`)
  }
  print(all, contenders)
  const reached = all.filter((measured) => reachesGoals(measured, HOLDFAST))
  if (options.check && reached.length < all.length) process.exitCode = 1
}

/** Every other round goes the other way round, so that what drifts with time meets all alike. */
async function compare(
  meter: Meter,
  contenders: readonly Contender[],
  operation: Operation,
): Promise<ReadonlyMap<string, readonly Sample[]>> {
  for (const contender of contenders) await warmUp(meter, contender, operation)
  const samples = new Map(contenders.map(({ name }) => [name, new Array<Sample>()]))
  for (let round = 0; round < rounds; round += 1) {
    for (const contender of round % 2 === 0 ? contenders : contenders.toReversed()) {
      samples.get(contender.name)?.push(await meter.measure(contender, operation, seconds))
    }
  }
  return samples
}

/** Until then V8 compiles what runs often, on threads of the same process: more code takes longer, and only once. */
const WARM_AFTER_REQUESTS = 40_000
const MAX_WARM_UP_SLICES = 5

async function warmUp(meter: Meter, contender: Contender, operation: Operation): Promise<void> {
  let answered = 0
  for (let slice = 0; slice < MAX_WARM_UP_SLICES && answered < WARM_AFTER_REQUESTS; slice += 1) {
    const { requestsPerSecond } = await meter.measure(contender, operation, seconds)
    answered += requestsPerSecond * seconds
  }
}

function print(all: readonly Measured[], contenders: readonly Contender[]): void {
  console.log(`\n${toTable(all)}\n`)
  for (const { name, process: server } of contenders) {
    console.log(`${name}: ${residentMegabytes(server.pid).toFixed(0)} MB resident`)
  }
  const missed = all.filter((measured) => !reachesGoals(measured, HOLDFAST))
  const goal = `${GOALS.minRequestRatio} of the requests at ${GOALS.maxCpuRatio} of the CPU time`
  console.log(
    missed.length === 0
      ? `Every operation reaches ${goal} per request.`
      : `Short of ${goal} per request: ${missed.map(({ operation }) => operation).join(', ')}.`,
  )
}

await main()
