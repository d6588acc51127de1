/** Cleans up after exports whose time is over, and after those that nobody makes any more. */
import { where, type PlainStore } from '../../framework/index.ts'
import { all } from '../resources/all.ts'
import type { dataExport } from '../resources/data-export.ts'
import { cleanUpJob } from './clean-up-job.ts'

/** All tries of the job together are over by then, also when each was killed. */
const LONGEST_MS = 24 * 3600 * 1000

/** Once an hour. The file of an export goes with its row. One that is asked for still after a day has failed. */
export function forgetExportsJob(exports: PlainStore<typeof dataExport>, now: () => number) {
  return cleanUpJob('forget_exports', '53 * * * *', async () => {
    const time = new Date(now()).toISOString()
    await exports.deleteAll(where(all, 'data_export', (row) => row.expires_at.lt(time)))
    const before = new Date(now() - LONGEST_MS).toISOString()
    const isLeft = where(all, 'data_export', (row) =>
      row.state.eq('requested').and(row.created_at.lt(before)),
    )
    for await (const { key } of exports.searchAll({ filter: isLeft })) {
      await exports.update(key, { state: 'failed' })
    }
  })
}
