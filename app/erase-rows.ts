/** Deletes what may be much, in parts: nobody waits long for one of them. */
import { sql, type Transaction } from '../framework/index.ts'
import { sqlIn, type DomainStores } from './domain-stores.ts'

/** Which rows go. */
export interface Erasure {
  readonly table: 'message' | 'message_reaction' | 'message_version' | 'notification'
  /** A column: rows with one value of it go together. */
  readonly by: string
  /** Which of them go; the values are parameters. */
  readonly where: ReturnType<typeof sql<boolean>>
  /** A column: the rows with its highest values go first. */
  readonly highestFirst?: string
}

/** Of values, in one transaction. */
export const ERASE_BATCH = 200

/** Deletes all of them, and rests in between for who waits. @throws the signal's reason, when it is aborted meanwhile */
export async function eraseRows(
  stores: DomainStores,
  erasure: Erasure,
  signal: AbortSignal,
): Promise<void> {
  const eraseSome = (transaction: Transaction) => erase(stores, erasure, transaction)
  while (await stores.transactions.transaction(eraseSome)) signal.throwIfAborted()
}

/** @returns whether there may be more */
async function erase(
  stores: DomainStores,
  { table, by, where, highestFirst }: Erasure,
  transaction: Transaction,
): Promise<boolean> {
  const [rows, column] = [sql.table(table), sql.ref(by)]
  const order = highestFirst === undefined ? sql`` : sql`order by ${sql.ref(highestFirst)} desc`
  const { numAffectedRows = 0n } = await sql`
    delete from ${rows} where ${where} and ${column} in (
      select ${column} from ${rows} where ${where} ${order} limit ${ERASE_BATCH})`.execute(
    sqlIn(stores, transaction),
  )
  return numAffectedRows > 0n
}
