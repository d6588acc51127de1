/** Tests search-people.ts by requests: its input and limit. What it finds: messenger.people.test.ts. */
import t from 'tap'
import { openTestMessenger } from '../../kit/messenger.ts'

t.test('only so much is searched for, and so often', async (t) => {
  const messenger = await openTestMessenger(t, { areLimitsKept: true })
  const tim = await messenger.signUp('tim')
  const search = async (json: object, as?: string) =>
    (await messenger.call('POST /actions/search-people', { as, json })).statusCode
  t.equal(await search({ query: 'tim' }), 401)
  for (const json of [
    {},
    { query: 't' },
    { query: 'x'.repeat(101) },
    { query: 'a\u0000b' },
    { query: 7 },
    { query: 'tim', limit: 0 },
    { query: 'tim', limit: 51 },
    { query: 'tim', more: 1 },
  ]) {
    t.equal(await search(json, tim.token), 400, JSON.stringify(json))
  }
  t.equal(await search({ query: 'tim' }, tim.token), 200)
  // Tries come back while they are made, so that it may take some more.
  let [status, tries] = [200, 1]
  while (status === 200 && tries < 200) {
    status = await search({ query: 'tim' }, tim.token)
    tries += 1
  }
  t.equal(status, 429)
})
