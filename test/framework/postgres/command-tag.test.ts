/** From the server's words to a command and a count. */

import t from 'tap'

import { parseCommandTag } from '../../../framework/postgres/command-tag.ts'

t.test('a tag tells the command, and the rows if they are counted', async (t) => {
  t.strictSame(parseCommandTag('SELECT 20'), { command: 'SELECT', rowCount: 20 })
  t.strictSame(parseCommandTag('INSERT 0 1'), { command: 'INSERT', rowCount: 1 })
  t.strictSame(parseCommandTag('COMMIT'), { command: 'COMMIT', rowCount: 0 })
  t.strictSame(parseCommandTag('CREATE TABLE'), { command: 'CREATE', rowCount: 0 })
  t.strictSame(parseCommandTag(''), { command: '', rowCount: 0 })
})
