/** A turn's writes run once it is over, and frames are joined once for all who get the same. */
import t from 'tap'
import { createWriteTurn } from '../../../framework/socket/write-turn.ts'

const nextTurn = (): Promise<void> => new Promise((resolve) => setImmediate(resolve))

t.test(
  'writes run at the end of the turn, in the order in which they were asked for',
  async (t) => {
    const turn = createWriteTurn()
    const done: string[] = []
    turn.atEnd(() => {
      done.push('one')
      turn.atEnd(() => done.push('of the next'))
    })
    turn.atEnd(() => done.push('two'))
    t.same(done, [])
    await nextTurn()
    t.same(done, ['one', 'two', 'of the next'])
  },
)

t.test('the same frames are joined once, and others by themselves', (t) => {
  const turn = createWriteTurn()
  const [a, b, c] = [Buffer.from('a'), Buffer.from('b'), Buffer.from('c')]
  const joined = turn.join([a, b])
  t.equal(joined.toString(), 'ab')
  t.equal(turn.join([a, b]), joined)
  t.equal(turn.join([a, c]).toString(), 'ac')
  t.equal(turn.join([b, a]).toString(), 'ba')
  t.equal(turn.join([a, b, c]).toString(), 'abc')
  t.equal(turn.join([a]), a, 'one alone is not copied')
  t.end()
})
