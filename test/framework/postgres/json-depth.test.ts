/** What is too deep for PGlite. */

import t from 'tap'

import { InvalidError } from '../../../framework/errors.ts'
import { assertShallow } from '../../../framework/postgres/json-depth.ts'

const nested = (depth: number, inner = '', open = '[', close = ']') =>
  open.repeat(depth) + inner + close.repeat(depth)

const PAD = `"${'x'.repeat(200)}"`

t.test('JSON nested deeper than 64 is refused', async (t) => {
  const deep = [
    nested(65, PAD),
    nested(7000),
    nested(65, PAD, '{"a":', '}'),
    `{"b":${PAD},"a":${nested(64)}}`,
    nested(33, PAD, '[{"a":', '}]'),
  ]
  for (const text of deep) t.throws(() => assertShallow([null, text]), InvalidError, text)
})

t.test('what is flat enough, or no JSON, is not', async (t) => {
  const fine = [
    nested(64, PAD),
    nested(64, PAD, '{"a":', '}'),
    JSON.stringify(nested(200)),
    JSON.stringify([nested(200), '\\"', nested(200)]),
    '['.repeat(4000),
    `${nested(100)} brackets`,
    `[${'[],'.repeat(500)}[]]`,
    `a ${nested(7000)}`,
  ]
  for (const text of fine) t.doesNotThrow(() => assertShallow([text]), text)
  t.doesNotThrow(() => assertShallow([null, '', '[']))
})
