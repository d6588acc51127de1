/** Tests pace.ts: that work asked for often is done at once, and then at its pace. */
import t from 'tap'
import { createPace } from '../../../framework/postgres/pace.ts'
import { createGathering } from '../../kit/gathering.ts'

t.test('it is done at once, and then once for all that was asked meanwhile', async (t) => {
  const times = createGathering<number>()
  const pace = createPace(() => times.add(performance.now()), 20)
  for (let count = 0; count < 10; count += 1) pace.run()
  t.equal(times.all.length, 1, 'at once')
  const [first = 0, second = 0] = await times.until((all) => all.length === 2)
  t.ok(second - first >= 19)
  pace.run()
  await times.until((all) => all.length === 3)
  pace.close()
  pace.run()
  t.equal(times.all.length, 3)
})
