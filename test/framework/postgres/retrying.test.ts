/** When work is done again. */

import { DatabaseError } from 'pg'
import t from 'tap'

import { nameless, retrying } from '../../../framework/postgres/retrying.ts'

function failure(code: string): DatabaseError {
  return Object.assign(new DatabaseError('', 0, 'error'), { code })
}

/** Work that fails with each code in turn, then gives the flags that it was run with. */
function failing(...codes: string[]) {
  const flags: boolean[] = []
  const work = async (isRetry: boolean) => {
    flags.push(isRetry)
    const code = codes[flags.length - 1]
    if (code !== undefined) throw failure(code)
    return flags
  }
  return { work, flags }
}

t.test('work that succeeds runs once', async (t) => {
  t.strictSame(await retrying(failing().work), [false])
})

t.test('work that PostgreSQL undid runs again, and knows it', async (t) => {
  const { work } = failing('40001', '40P01', '26000')
  t.strictSame(await retrying(work), [false, true, true, true])
})

t.test('work runs at most four times, and once when it fails for itself', async (t) => {
  const busy = failing('40001', '40001', '40001', '40001', '40001')
  await t.rejects(retrying(busy.work), { code: '40001' })
  t.equal(busy.flags.length, 4)
  const wrong = failing('23505')
  await t.rejects(retrying(wrong.work), { code: '23505' })
  t.equal(wrong.flags.length, 1)
})

t.test('a statement can do without its name', async (t) => {
  t.strictSame(nameless({ name: 'a', text: 'select $1', values: ['1'] }), {
    text: 'select $1',
    values: ['1'],
  })
})
