/** A tally counts by name. */
import t from 'tap'
import { createTally } from '../../../framework/socket/tally.ts'

t.test('a name is full at the limit, and free again when one is given back', (t) => {
  const tally = createTally(2)
  const giveBack = tally.add('ann')
  t.equal(tally.isFull('ann'), false)
  tally.add('ann')
  t.equal(tally.isFull('ann'), true)
  t.equal(tally.isFull('bob'), false)
  giveBack()
  t.equal(tally.isFull('ann'), false)
  tally.add('ann')
  giveBack()
  t.equal(tally.isFull('ann'), true, 'given back once, however often it is said')
  t.end()
})
