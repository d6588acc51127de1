/** Tests friendships.ts by requests: their limits. What they do: messenger.friends.test.ts. */
import t from 'tap'
import { openTestMessenger } from '../../kit/messenger.ts'

t.test('one may ask only so often, however it goes', async (t) => {
  const messenger = await openTestMessenger(t, { areLimitsKept: true })
  const tim = await messenger.signUp('tim')
  const ask = async (as: string, user_id: string) =>
    (await messenger.call('POST /actions/friend-request', { as, json: { user_id } })).statusCode
  // Tries come back while they are made, so that it may take some more.
  let [status, tries] = [400, 0]
  while (status === 400 && tries < 80) {
    status = await ask(tim.token, tim.key)
    tries += 1
  }
  t.equal(status, 429)
  t.ok(tries > 60)
  const ann = await messenger.signUp('ann')
  t.equal(await ask(ann.token, tim.key), 200, 'others may')
})
