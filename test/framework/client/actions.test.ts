/** Tests actions.ts. client.test.ts runs actions of the messenger. */
import t from 'tap'
import { actionRequest, askForTokens } from '../../../framework/client/actions.ts'
import type { Request } from '../../../framework/client/requests.ts'

t.test('an action is sent again only when the app gives it a key', (t) => {
  t.match(actionRequest('sign_up'), {
    method: 'POST',
    path: '/actions/sign-up',
    body: {},
    isRepeatable: false,
  })
  t.match(actionRequest('sign_up', { a: 1 }, { idempotencyKey: 'k' }), {
    body: { a: 1 },
    headers: { 'idempotency-key': 'k' },
    isRepeatable: true,
  })
  t.end()
})

t.test('tokens are asked for once, and without one', async (t) => {
  const sent: Request[] = []
  const answer = { access_token: 'a', refresh_token: 'r', expires_in: 1 }
  const send = async (request: Request) => {
    sent.push(request)
    return { body: answer, etag: undefined }
  }
  t.equal(await askForTokens(send, 'login', { input: { username: 'tim' } }), answer)
  t.match(sent, [{ path: '/actions/login', isAnonymous: true, isRepeatable: false }])
})
