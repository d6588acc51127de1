/** What goes over a connection for one statement, and what is made of the answer. */

import type { Connection } from 'pg'
import t from 'tap'

import { InternalError } from '../../../framework/errors.ts'
import type { QueryResult, Statement } from '../../../framework/postgres/database.ts'
import { PgQuery } from '../../../framework/postgres/pg-query.ts'
import { createFrameWriter, MAX_PARAMETERS } from '../../../framework/postgres/protocol-frames.ts'

const INT4 = 23
const JSON_OID = 114
const ONE: Statement = { name: 'one', text: 'select 1 as n', values: ['5'] }

/** A connection of pg as far as statements use it, which keeps what is sent and refused. */
function session() {
  const parsedStatements: Record<string, string> = {}
  const sent: string[] = []
  const refusals: string[] = []
  const stream = { write: (bytes: Uint8Array) => void sent.push(framesIn(bytes)) }
  const sendCopyFail = (reason: string): void => void refusals.push(reason)
  const sync = (): void => void sent.push('S')
  const connection = { parsedStatements, stream, sendCopyFail, sync } as unknown as Connection
  const statements = { frames: createFrameWriter(), shapes: new Map() }
  const start = (statement: Statement) => {
    const outcome = Promise.withResolvers<QueryResult>()
    const query = new PgQuery(statement, statements, outcome)
    return { query, refusal: query.submit(connection), result: outcome.promise }
  }
  return { connection, parsedStatements, sent, refusals, start }
}

/** The letters of the frames. */
function framesIn(bytes: Uint8Array): string {
  let letters = ''
  const view = Buffer.from(bytes)
  for (let at = 0; at < view.length; at += 1 + view.readInt32BE(at + 1)) {
    letters += view.toString('latin1', at, at + 1)
  }
  return letters
}

t.test('a named statement is parsed and described once per connection', async (t) => {
  const { parsedStatements, sent, start } = session()
  const first = start(ONE)
  parsedStatements['one'] = ONE.text
  first.query.handleRowDescription({ fields: [{ name: 'n', dataTypeID: INT4 }] })
  first.query.handleDataRow({ fields: ['1'] })
  first.query.handleCommandComplete({ text: 'SELECT 1' })
  first.query.handleReadyForQuery()
  const second = start(ONE)
  second.query.handleDataRow({ fields: ['2'] })
  second.query.handleDataRow({ fields: [null] })
  second.query.handleCommandComplete({ text: 'SELECT 2' })
  second.query.handleReadyForQuery()

  t.same(sent, ['CPDBES', 'BES'])
  const answer = { columns: ['n'], command: 'SELECT' }
  t.strictSame(await first.result, { ...answer, rows: [[1]], rowCount: 1 })
  t.strictSame(await second.result, { ...answer, rows: [[2], [null]], rowCount: 2 })
})

t.test('a statement without a name is parsed each time', async (t) => {
  const { sent, start } = session()
  start({ text: 'select 1', values: [] })
  start({ text: 'select 2', values: [] })
  t.same(sent, ['PDBES', 'PDBES'])
})

t.test('what can not be sent is refused before a byte is', async (t) => {
  const { parsedStatements, sent, start } = session()
  parsedStatements['one'] = ONE.text
  t.type(start({ ...ONE, text: 'select 2' }).refusal, InternalError)
  const values = Array.from({ length: MAX_PARAMETERS + 1 }, () => null)
  t.type(start({ text: '', values }).refusal, InternalError)
  t.same(sent, [])
  t.equal(start(ONE).refusal, null)
  t.same(sent, ['BES'])
})

t.test('a cell that can not be read fails the statement, not the process', async (t) => {
  const { query, result } = session().start(ONE)
  query.handleRowDescription({ fields: [{ name: 'n', dataTypeID: JSON_OID }] })
  query.handleDataRow({ fields: ['{'] })
  query.handleReadyForQuery()
  await t.rejects(result, SyntaxError)
})

t.test('an empty statement has no command, and COPY is refused', async (t) => {
  const { connection, refusals, sent, start } = session()
  const { query, result } = start({ text: '', values: [] })
  query.handleEmptyQuery()
  query.handleCopyInResponse(connection)
  query.handleCopyData()
  query.handleReadyForQuery()
  t.strictSame(await result, { columns: [], rows: [], rowCount: 0, command: '' })
  t.equal(refusals.length, 1)
  t.same(sent, ['PDBES', 'S'])
})
