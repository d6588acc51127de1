/** Tests relative-time.ts. */
import t from 'tap'
import { shortTimeFormat } from '../../../../app/web/logic/relative-time.ts'

t.test('the nearer, the finer', (t) => {
  const now = new Date(2026, 5, 15, 12)
  const keys = (date: Date) => Object.keys(shortTimeFormat(date.toISOString(), now)).join()
  t.equal(keys(new Date(2026, 5, 15, 1)), 'hour,minute')
  t.equal(keys(new Date(2026, 5, 12)), 'weekday')
  t.equal(keys(new Date(2026, 1, 1)), 'day,month')
  t.equal(keys(new Date(2025, 1, 1)), 'day,month,year')
  t.end()
})
