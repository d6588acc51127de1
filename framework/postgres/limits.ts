/** Counts tries in a table, by the database's clock, so that every process on it and every restart finds the same. */
import type { Bucket, LimitKeeper } from '../action/limit-keeper.ts'
import type { Queryable } from './database.ts'

/** Seconds since the last try; a clock that was set back gives nothing back. */
const IDLE = `greatest(0, extract(epoch from clock_timestamp() - kept.at)::float8)`
/** How many tries have not come back by now. */
const LEVEL = `greatest(0, kept.level - ${IDLE} * $2::float8 / $3::float8)`
/** By how much one more would be too many. */
const EXCESS = `(${LEVEL} + 1 - $2::float8)`
/** Until one has come back. */
const REFILL = `(${EXCESS} * $3::float8 / $2::float8)`
/** Since the last try: a second beyond the count, and twice as long each time. */
const STALL = `(least($4::float8, power(2, greatest(0, ceil(${EXCESS}) - 1))) - ${IDLE})`
/** Seconds; 0 or less: one can be taken. Without a longest stall `least` passes over it. */
const WAIT = `least(${REFILL}, case when $4::float8 is not null then ${STALL} end)`
/** Stalled tries are not counted beyond what makes the longest stall, so that quiet forgets them in a bounded time. */
const NEXT_LEVEL = `least(${LEVEL} + 1, $5::float8)`
const IN_SECONDS = (seconds: string): string =>
  `clock_timestamp() + make_interval(secs => ${seconds})`

/** The row is locked when it is judged, so that two who ask at the same time are judged one after the other. */
const TAKE = `
with taken as (
  insert into holdfast_limit as kept (key, level, at, expires_at)
  values ($1, 1, clock_timestamp(), ${IN_SECONDS('$3::float8 / $2::float8')})
  on conflict (key) do update set
    level = ${NEXT_LEVEL},
    at = clock_timestamp(),
    expires_at = greatest(kept.known_until, ${IN_SECONDS(`${NEXT_LEVEL} * $3::float8 / $2::float8`)})
  where ${WAIT} <= 0
  returning coalesce(known_until > clock_timestamp(), false) as is_known
)
select
  (select is_known from taken) as is_known,
  (select ${WAIT} from holdfast_limit kept where key = $1) as wait_seconds`

const GIVE_BACK = `update holdfast_limit set level = greatest(0, level - 1) where key = $1`

const TRUST = `
insert into holdfast_limit (key, level, at, known_until, expires_at)
values ($1, 0, clock_timestamp(), ${IN_SECONDS('$2::float8')}, ${IN_SECONDS('$2::float8')})
on conflict (key) do update set
  level = 0, at = excluded.at, known_until = excluded.known_until, expires_at = excluded.expires_at`

/** Shortest time that a refused caller is told, where the row has come after the statement began. */
const SHORT_WAIT_SECONDS = 1

/** Keeps limits in `holdfast_limit`. Retention deletes what is as good as absent. */
export function createLimitKeeper(database: Queryable): LimitKeeper {
  const run = (name: string, text: string, values: readonly (string | null)[]) =>
    database.query({ name: `holdfast_limit_${name}`, text, values })
  return Object.freeze<LimitKeeper>({
    async take(key, bucket) {
      const { rows } = await run('take', TAKE, [key, ...parametersOf(bucket)])
      const [isKnown, wait] = rows[0] ?? []
      if (typeof isKnown === 'boolean') return { waitSeconds: 0, isKnown }
      const waitSeconds = typeof wait === 'number' && wait > 0 ? wait : SHORT_WAIT_SECONDS
      return { waitSeconds, isKnown: false }
    },
    async giveBack(key) {
      await run('give_back', GIVE_BACK, [key])
    },
    async trust(key, seconds) {
      await run('trust', TRUST, [key, String(seconds)])
    },
  })
}

function parametersOf({ count, seconds, longestStallSeconds }: Bucket): readonly (string | null)[] {
  if (longestStallSeconds === undefined)
    return [String(count), String(seconds), null, String(count)]
  const doublings = Math.ceil(Math.log2(longestStallSeconds)) + 1
  return [count, seconds, longestStallSeconds, count + doublings].map(String)
}
