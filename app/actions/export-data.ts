/** Asks for all that is kept of the caller. */
import Type from 'typebox'
import {
  action,
  perCaller,
  resultSchema,
  UnauthenticatedError,
  web,
  where,
  type Job,
  type PlainStore,
} from '../../framework/index.ts'
import type { DomainStores } from '../domain-stores.ts'
import { lockCaller } from '../present-users.ts'
import { all } from '../resources/all.ts'
import { dataExport, EXPORT_KEPT_MS } from '../resources/data-export.ts'
import { readOwn } from './read-own.ts'

/** What asking needs. */
export interface ExportDataParts {
  readonly stores: Pick<DomainStores, 'queryable'>
  readonly exports: PlainStore<typeof dataExport>
  readonly makeExport: Job<'make_export', { export: string }>
  /** Milliseconds since the epoch. */
  readonly now: () => number
}

/** Makes the export's row, and sends the job with it. Of several that are asked for at a time each answers the same one. */
export function exportDataAction({ stores, exports, makeExport, now }: ExportDataParts) {
  return action('export_data', {
    description:
      'Has all that is kept of you made into a zip file: lines of JSON for each kind of data, and the files that you have uploaded. Its `data_export` becomes `ready`, which you are told; then it is at `GET /exports/{key}` for seven days. While one is under way, that one is answered.',
    input: Type.Object({}, { additionalProperties: false }),
    output: resultSchema(dataExport),
    triggers: [web({ status: 202 })],
    limits: [perCaller({ count: 5, seconds: 24 * 3600 })],
    examples: [{ name: 'All', input: {} }],
    async run(_input, context) {
      const {
        caller: { subject: user_id },
        transaction,
        jobs,
      } = context
      if (user_id === undefined) throw new UnauthenticatedError()
      await lockCaller(stores, user_id, transaction)
      await exports.transactions.lock([`export ${user_id}`], transaction)
      const isUnderWay = where(all, 'data_export', (row) =>
        row.user_id.eq(user_id).and(row.state.eq('requested')),
      )
      const found = await exports.search({ filter: isUnderWay, limit: 1 }, { transaction })
      const [known] = found.results
      if (known !== undefined) return readOwn(dataExport, known.key, context)
      const expires_at = new Date(now() + EXPORT_KEPT_MS).toISOString()
      const item = { user_id, state: 'requested', byte_count: null, expires_at } as const
      const { key } = await exports.create(item, { transaction })
      await jobs.send(makeExport, { export: key })
      return readOwn(dataExport, key, context)
    },
  })
}
