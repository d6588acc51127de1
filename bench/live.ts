/** `npm run bench:live`: what live events cost, and the ratios that hold it down. */

import { randomBytes } from 'node:crypto'
import { parseArgs } from 'node:util'

import { createPasswords } from '../framework/auth/passwords.ts'
import { connectDatabaseServer, fill, type BenchDatabase } from './bench-database.ts'
import { measureFanOut, type FanOut, type FanOutSample } from './live/fan-out.ts'
import { measureIndexCost, type Rights } from './live/index-cost.ts'
import { measureRelay } from './live/relay-beside-dump.ts'
import { startServer } from './processes.ts'

/** What is asked for. */
const GOALS = { maxIndexRatio: 2, minFanOutRatio: 0.8, maxRelayRatio: 2 } as const
const PASSWORD = 'a long green corridor'
const MESSENGER = new URL('../app/main.ts', import.meta.url)

const { values: options } = parseArgs({
  options: {
    /** How long one slice of fan-out is. */
    seconds: { type: 'string', default: '3' },
    rounds: { type: 'string', default: '5' },
    /** `index`, `fan-out`, `relay`, comma-separated; default all. */
    only: { type: 'string', default: 'index,fan-out,relay' },
    /** End with 1 unless every goal is reached. */
    check: { type: 'boolean', default: false },
  },
})
const parts = options.only.split(',')
const failures: string[] = []

if (parts.includes('index')) await indexCost()
if (parts.includes('fan-out') || parts.includes('relay')) await withMessengers()
console.log(
  failures.length === 0 ? '\nEvery goal is reached.' : `\nShort of: ${failures.join(', ')}.`,
)
process.exitCode = options.check && failures.length > 0 ? 1 : 0

async function indexCost(): Promise<void> {
  console.log(
    '\n| rights | subscriptions | CPU µs/event of 10 deliveries | ratio |\n| --- | --- | --- | --- |',
  )
  for (const rights of ['same rights', 'rights by membership'] satisfies readonly Rights[]) {
    const { few, many } = await measureIndexCost(rights, { few: 1_000, many: 100_000 })
    console.log(`| ${rights} | 1,000 | ${few.toFixed(1)} | 1.00 |`)
    console.log(`| ${rights} | 100,000 | ${many.toFixed(1)} | ${(many / few).toFixed(2)} |`)
    if (many / few > GOALS.maxIndexRatio) failures.push(`index, ${rights}`)
  }
}

async function withMessengers(): Promise<void> {
  const { DATABASE_URL = 'postgres://postgres@127.0.0.1:5432/postgres' } = process.env
  const databases = await connectDatabaseServer(DATABASE_URL)
  try {
    const environment = {
      NODE_ENV: 'production',
      LOG_LEVEL: 'silent',
      TOKEN_KEYS: randomBytes(32).toString('base64url'),
    }
    const original = await databases.create()
    const own = { ...environment, DATABASE_URL: original.url }
    const first = await startServer({ script: MESSENGER, environment: own, nodeOptions: [] })
    await first.stop()
    await fill(original.url, await createPasswords().hash(PASSWORD))
    if (parts.includes('fan-out')) {
      for (const sockets of [1_000, 5_000]) {
        const { url } = await databases.copy(original)
        await fanOut(sockets, { ...environment, DATABASE_URL: url })
      }
    }
    if (parts.includes('relay')) {
      await relay([await databases.copy(original), await databases.copy(original)])
    }
  } finally {
    await databases.close()
  }
}

async function fanOut(
  sockets: number,
  environment: Readonly<Record<string, string>>,
): Promise<void> {
  const { rounds, seconds } = options
  const measured = await measureFanOut({
    sockets,
    rounds: Number(rounds),
    seconds: Number(seconds),
    environment,
    logIn,
  })
  const ratio = fanOutRatio(measured)
  console.log(`\n${sockets.toLocaleString('en')} sockets\n`)
  console.log('| server | deliveries/s | deliveries per CPU second | ratio | p50 ms | p99 ms |')
  console.log('| --- | --- | --- | --- | --- | --- |')
  console.log(fanOutLine('bare ws, one ready frame', measured.bare, 1))
  console.log(fanOutLine('Holdfast', measured.holdfast, ratio))
  if (ratio < GOALS.minFanOutRatio) failures.push(`fan-out to ${String(sockets)}`)
}

/** The median over the rounds, each divided by the bare server's figure of the same round. */
function fanOutRatio({ bare, holdfast }: FanOut): number {
  const ratios = holdfast.map(
    ({ deliveriesPerCpuSecond }, round) =>
      deliveriesPerCpuSecond / (bare[round]?.deliveriesPerCpuSecond ?? NaN),
  )
  return median(ratios)
}

function fanOutLine(name: string, samples: readonly FanOutSample[], ratio: number): string {
  const typical = (figure: (sample: FanOutSample) => number): number => median(samples.map(figure))
  const cells = [
    name,
    typical(({ deliveries, seconds }) => deliveries / seconds).toFixed(0),
    typical(({ deliveriesPerCpuSecond }) => deliveriesPerCpuSecond).toFixed(0),
    ratio.toFixed(2),
    typical(({ p50Ms }) => p50Ms).toFixed(1),
    typical(({ p99Ms }) => p99Ms).toFixed(1),
  ]
  return `| ${cells.join(' | ')} |`
}

async function relay(pair: readonly [BenchDatabase, BenchDatabase]): Promise<void> {
  const { alone, besideDump } = await measureRelay(pair)
  console.log('\n| relay, after 50,000 changes | ms/step of 250 | ratio |\n| --- | --- | --- |')
  console.log(`| alone | ${alone.toFixed(2)} | 1.00 |`)
  console.log(
    `| beside an open snapshot | ${besideDump.toFixed(2)} | ${(besideDump / alone).toFixed(2)} |`,
  )
  if (besideDump / alone > GOALS.maxRelayRatio) failures.push('relay beside a dump')
}

async function logIn(port: number): Promise<string> {
  const answer = await fetch(`http://127.0.0.1:${String(port)}/actions/login`, {
    method: 'POST',
    headers: { 'content-type': 'application/json' },
    body: JSON.stringify({ username: 'user-1', password: PASSWORD }),
  })
  return ((await answer.json()) as { access_token: string }).access_token // RFC 6749 §5.1
}

function median(values: readonly number[]): number {
  return values.toSorted((one, other) => one - other)[values.length >> 1] ?? NaN
}
