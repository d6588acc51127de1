/** Ids rise, whatever the clock does. */
import t from 'tap'
import { createRisingIds } from '../../../framework/postgres/rising-id.ts'

const NOW = Date.parse('2026-11-20T12:00:00.000Z')

t.test('ids are uuids of version 7 that begin with the time', (t) => {
  const next = createRisingIds(() => NOW)
  const [time] = [NOW.toString(16).padStart(12, '0')]
  const id = next()
  t.match(id, /^[0-9a-f]{8}-[0-9a-f]{4}-7000-[89ab][0-9a-f]{3}-[0-9a-f]{12}$/)
  t.equal(id.replaceAll('-', '').slice(0, 12), time)
  t.end()
})

t.test('each is greater than the one before, though the clock stands still or goes back', (t) => {
  let now = NOW
  const next = createRisingIds(() => now)
  const ids = Array.from({ length: 10_000 }, next)
  now -= 60_000
  ids.push(...Array.from({ length: 100 }, next))
  t.same(ids, ids.toSorted())
  t.equal(new Set(ids).size, ids.length)
  t.end()
})
