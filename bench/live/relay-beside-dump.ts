/** Whether the relay gets slower while a snapshot is open elsewhere, as pg_dump keeps one: what was deleted can't be removed then. */

import { openPgDatabase } from '../../framework/postgres/pg-database.ts'
import { createRelaySteps } from '../../framework/postgres/relay-step.ts'
import { inSession, type BenchDatabase } from '../bench-database.ts'

const BATCHES = 200
const BATCH_SIZE = 250
/** The batches at the end, when most is dead, are what counts. */
const COUNTED = 50

/** Milliseconds that a step takes at the end of some 50,000 changes. */
export interface RelayCost {
  readonly alone: number
  readonly besideDump: number
}

/** @param databases two databases of the messenger with a user, on which nobody works */
export async function measureRelay(
  databases: readonly [BenchDatabase, BenchDatabase],
): Promise<RelayCost> {
  const [alone, beside] = databases
  return {
    alone: await stepMs(alone.url),
    besideDump: await inSession(beside.url, async (dump) => {
      await dump.query('begin isolation level repeatable read, read only')
      await dump.query('select count(*) from message')
      const ms = await stepMs(beside.url)
      await dump.query('commit')
      return ms
    }),
  }
}

async function stepMs(url: string): Promise<number> {
  const database = await openPgDatabase({
    url,
    maxConnections: 1,
    onError(error) {
      throw error
    },
  })
  const steps = createRelaySteps(database)
  const times: number[] = []
  try {
    for (let batch = 0; batch < BATCHES; batch += 1) {
      await database.script(`insert into message (id, text, author_id, created_at, updated_at)
        select gen_random_uuid(), 'Something', (select id from "user" limit 1), now(), now()
        from generate_series(1, ${String(BATCH_SIZE)})`)
      const start = performance.now()
      let numbered = 0
      while (numbered < BATCH_SIZE) numbered += (await steps.step()).entries.length
      times.push(performance.now() - start)
      // Steps that find nothing let the floor rise, as between the bursts of a real day.
      await steps.step()
    }
  } finally {
    await database.close()
  }
  return times.slice(-COUNTED).toSorted((one, other) => one - other)[COUNTED >> 1] ?? NaN
}
