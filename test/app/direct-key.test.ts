/** Tests direct-key.ts. */
import t from 'tap'
import { directKeyOf } from '../../app/direct-key.ts'
import { numberedId } from '../kit/stores.ts'

t.test('two people have one key, and other two another', (t) => {
  const [one, two, three] = [numberedId(1), numberedId(2), numberedId(3)]
  t.equal(directKeyOf(one, two), directKeyOf(two, one))
  t.not(directKeyOf(one, two), directKeyOf(one, three))
  t.equal(directKeyOf(one, two).length, 73)
  t.end()
})
