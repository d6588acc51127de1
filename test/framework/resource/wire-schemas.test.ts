/** Which strings and numbers the wire's own schemas let through. */

import t from 'tap'
import type { TSchema } from 'typebox'
import { validatorOf } from '../../../framework/resource/validator.ts'
import {
  BIGINT,
  DATE,
  DECIMAL,
  INT32,
  TIMESTAMP,
  UUID,
} from '../../../framework/resource/wire-schemas.ts'

const ID = '9b38eb94-573f-43d6-a9e7-910757ce3f54'

function judge(
  name: string,
  schema: TSchema,
  [good, bad]: readonly [readonly unknown[], readonly unknown[]],
): void {
  t.test(`${name} lets through what the column holds, and nothing else`, (t) => {
    for (const value of good) t.ok(validatorOf(schema).isValid(value), String(value))
    for (const value of bad) t.notOk(validatorOf(schema).isValid(value), String(value))
    t.end()
  })
}

judge('UUID', UUID, [
  [ID, '00000000-0000-0000-0000-000000000000', '01890a5d-ac96-774b-bcce-b302099a8057'],
  [
    '',
    ID.toUpperCase(),
    `urn:uuid:${ID}`,
    `{${ID}}`,
    `${ID}\n`,
    ID.slice(1),
    `${ID}0`,
    ID.replaceAll('-', ''),
    1,
    null,
  ],
])
judge('TIMESTAMP', TIMESTAMP, [
  ['2026-11-20T13:00:00Z', '2026-11-20T13:00:00.1Z', '2026-11-20T13:00:00.123+05:30', '0001-01-01T00:00:00Z', '2024-02-29T23:59:59Z'],
  ['', 'now', 'infinity', '2026-11-20', '2026-11-20T13:00:00', '2026-11-20 13:00:00Z', '2026-11-20t13:00:00Z', '2026-11-20T13:00:00z',
    '2026-02-29T00:00:00Z', '2026-11-31T00:00:00Z', '2026-00-01T00:00:00Z', '2026-11-20T24:00:00Z', '2026-11-20T13:60:00Z', '2026-11-20T23:59:60Z',
    '2026-11-20T13:00:00.1234Z', '2026-11-20T13:00:00.Z', '0000-01-01T00:00:00Z', '10000-01-01T00:00:00Z', '2026-11-20T13:00:00+24:00',
    '2026-11-20T13:00:00+00:60', '2026-11-20T13:00:00Z\n', 0],
]) // prettier-ignore
judge('DATE', DATE, [
  ['2026-11-20', '0001-01-01', '9999-12-31', '2024-02-29'],
  [
    '',
    'today',
    '2026-02-29',
    '2026-11-31',
    '2026-13-01',
    '0000-01-01',
    '10000-01-01',
    '2026-1-1',
    '2026-11-20\n',
    20261120,
  ],
])
judge('INT32', INT32, [
  [0, -2_147_483_648, 2_147_483_647],
  [-2_147_483_649, 2_147_483_648, 0.5, NaN, Infinity, '0', null],
])
judge('BIGINT', BIGINT, [
  ['0', '-1', '9223372036854775807', '-9223372036854775808'],
  ['', '-0', '01', '+1', '1.0', '1e3', '12345678901234567890', ' 1', '1\n', 1],
])
judge('DECIMAL', DECIMAL, [
  ['0', '-0', '1.50', '-0.001', `${'9'.repeat(128)}.${'9'.repeat(127)}`],
  [
    '',
    '01',
    '+1',
    '.5',
    '1.',
    '1e5',
    'NaN',
    '1,5',
    '9'.repeat(129),
    `0.${'9'.repeat(128)}`,
    '1\n',
    1,
  ],
])
