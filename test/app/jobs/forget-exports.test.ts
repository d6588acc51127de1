/** Tests forget-exports.ts. */
import { test } from 'tap'
import { forgetExportsJob } from '../../../app/jobs/forget-exports.ts'
import { all } from '../../../app/resources/all.ts'
import { runJob } from '../../kit/jobs.ts'
import { openTestStores, START } from '../../kit/stores.ts'
import { makeUsers } from '../../kit/users.ts'

const DAY_MS = 24 * 3600 * 1000

test('what is over goes, and what nobody makes any more has failed', async (t) => {
  const { store } = await openTestStores(t, all)
  const { tim: user_id } = await makeUsers({ store }, 'tim')
  const exports = store('data_export')
  const make = async (state: 'requested' | 'ready', days: number) => {
    const expires_at = new Date(START + days * DAY_MS).toISOString()
    return (await exports.create({ user_id, state, byte_count: null, expires_at })).key
  }
  await make('ready', 1)
  const ready = await make('ready', 3)
  const asked = await make('requested', 7)
  const statesAfter = async (ms: number) => {
    await runJob(
      forgetExportsJob(exports, () => START + ms),
      {},
    )
    const { results } = await exports.search()
    return Object.fromEntries(results.map(({ key, item }) => [key, item.state]))
  }
  await statesAfter(DAY_MS - 60_000)
  t.equal(await exports.count(), 3)
  t.same(await statesAfter(DAY_MS + 60_000), { [ready]: 'ready', [asked]: 'failed' })
  t.same(await statesAfter(8 * DAY_MS), {})
})
