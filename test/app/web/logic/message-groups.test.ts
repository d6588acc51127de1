/** Tests message-groups.ts. */
import t from 'tap'
import { dayKind, dayOf, groupMessages } from '../../../../app/web/logic/message-groups.ts'

const at = (day: number, hour: number, minute = 0): string =>
  new Date(2026, 0, day, hour, minute).toISOString()

t.test('messages stand under their day, those of one author together', (t) => {
  const days = groupMessages([
    { key: '1', authorId: 'ann', at: at(1, 10) },
    { key: '2', authorId: 'ann', at: at(1, 10, 4) },
    { key: '3', authorId: 'ann', at: at(1, 10, 10) },
    { key: '4', authorId: 'bob', at: at(1, 10, 11) },
    { key: '5', authorId: 'bob', at: at(2, 0) },
  ])
  t.same(
    days.map(({ day, runs }) => [
      day,
      ...runs.map((run) => run.messages.map(({ key }) => key).join()),
    ]),
    [
      ['2026-01-01', '1,2', '3', '4'],
      ['2026-01-02', '5'],
    ],
  )
  t.same(groupMessages([]), [])
  t.end()
})

t.test('midnight parts what is a minute apart', (t) => {
  const days = groupMessages([
    { key: '1', authorId: 'ann', at: at(1, 23, 59) },
    { key: '2', authorId: 'ann', at: at(2, 0, 0) },
  ])
  t.equal(days.length, 2)
  t.end()
})

t.test('days are told from today, also over the turn of a month', (t) => {
  const now = new Date(2026, 2, 1, 8)
  t.equal(dayKind(dayOf(now.toISOString()), now), 'today')
  t.equal(dayKind('2026-02-28', now), 'yesterday')
  t.equal(dayKind('2026-02-27', now), 'other')
  t.end()
})
