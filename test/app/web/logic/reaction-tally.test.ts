/** Tests reaction-tally.ts. */
import t from 'tap'
import { tallyReactions } from '../../../../app/web/logic/reaction-tally.ts'

t.test('reactions are counted by message and emoji', (t) => {
  const tallies = tallyReactions(
    [
      { message_id: '1', user_id: 'ann', emoji: '👍' },
      { message_id: '1', user_id: 'bob', emoji: '👍' },
      { message_id: '1', user_id: 'bob', emoji: '🎉' },
      { message_id: '2', user_id: 'ann', emoji: '🎉' },
    ],
    'ann',
  )
  t.same(tallies.get('1'), [
    { emoji: '👍', users: ['ann', 'bob'], isMine: true },
    { emoji: '🎉', users: ['bob'], isMine: false },
  ])
  t.equal(tallies.get('2')?.length, 1)
  t.equal(tallies.get('3'), undefined)
  t.end()
})
