/** Moments in their one written form. */

import t from 'tap'
import { toCanonicalTime } from '../../../framework/resource/canonical-time.ts'

t.test('a moment is written in UTC with milliseconds', (t) => {
  const times = [
    ['2026-11-20T13:00:00Z', '2026-11-20T13:00:00.000Z'],
    ['2026-11-20T13:00:00.1Z', '2026-11-20T13:00:00.100Z'],
    ['2026-11-20T13:00:00.123+05:30', '2026-11-20T07:30:00.123Z'],
    ['2024-02-29T23:59:59-23:59', '2024-03-01T23:58:59.000Z'],
    ['0001-01-01T00:00:00Z', '0001-01-01T00:00:00.000Z'],
    ['0098-12-31T23:00:00-02:00', '0099-01-01T01:00:00.000Z'],
    ['9999-12-31T23:59:59.999Z', '9999-12-31T23:59:59.999Z'],
  ] as const
  for (const [text, canonical] of times) t.equal(toCanonicalTime(text), canonical, text)
  t.end()
})

t.test('what is no moment of the years 1 to 9999 has none', (t) => {
  for (const text of [
    '', 'now', '2026-11-20', '2026-11-20T13:00:00', '2026-02-30T00:00:00Z', '2026-11-20T23:59:60Z', '2026-11-20T24:00:00Z',
    '2026-11-20T13:00:00.0001Z', '0000-12-31T23:59:59Z', '0001-01-01T00:00:00+00:01', '9999-12-31T23:59:59.999-00:01',
    '+010000-01-01T00:00:00Z', '2026-11-20T13:00:00+24:00',
  ]) t.equal(toCanonicalTime(text), undefined, text) // prettier-ignore
  t.end()
})
