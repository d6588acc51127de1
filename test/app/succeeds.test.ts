/** Tests succeeds.ts. */
import t from 'tap'
import { succeeds } from '../../app/succeeds.ts'
import { ConflictError, NotFoundError, StaleError } from '../../framework/index.ts'

t.test('a row that is another by now is no failure, and anything else is one', async (t) => {
  t.equal(await succeeds(Promise.resolve('written')), true)
  t.equal(await succeeds(Promise.reject(new StaleError())), false)
  t.equal(await succeeds(Promise.reject(new NotFoundError())), false)
  const taken = new ConflictError('taken')
  await t.rejects(succeeds(Promise.reject(taken)), taken)
})
