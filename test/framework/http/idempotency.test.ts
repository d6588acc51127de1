/** That a repeated request is told apart from another, and a replay from a first answer. */
import t from 'tap'
import { InvalidError } from '../../../framework/errors.ts'
import {
  answerOnce,
  idempotencyKeyOf,
  type KeptRequest,
} from '../../../framework/http/idempotency.ts'
import type { OperationRequest } from '../../../framework/http/operation.ts'
import { parseQuery } from '../../../framework/http/query.ts'
import { ANONYMOUS } from '../../../framework/security/authorization.ts'
import { TEST_CLIENT } from '../../kit/request-client.ts'
import { callerOf } from '../../kit/stores.ts'

t.test('a key is 1 to 255 printable characters', (t) => {
  t.equal(idempotencyKeyOf({}), undefined)
  for (const key of ['a', 'x'.repeat(255), '"8e03978e-40d5-43dd-bc93-6894a57f9324"', 'a b']) {
    t.equal(idempotencyKeyOf({ 'idempotency-key': key }), key)
  }
  for (const key of ['', 'x'.repeat(256), 'ä', 'a\tb']) {
    t.throws(() => idempotencyKeyOf({ 'idempotency-key': key }), InvalidError, key)
  }
  t.end()
})

t.test(
  'requests are told apart by subject, operation, key and body, and the body is not kept',
  async (t) => {
    const kept: KeptRequest[] = []
    let isReplay = false
    const once = answerOnce(
      {
        async once(request, work) {
          kept.push(request)
          return { answer: await work({}), isReplay }
        },
      },
      Buffer.alloc(32, 1),
    )
    const request = (
      body: unknown,
      authorization = ANONYMOUS,
    ): OperationRequest & { idempotencyKey: string } => ({
      authorization,
      client: TEST_CLIENT,
      key: '',
      query: parseQuery(''),
      headers: {},
      body,
      idempotencyKey: 'k',
    })
    const work = async () => ({ status: 201, headers: { location: '/x' }, body: 1 })
    t.same(await once('message_create', request({ password: 'secret' }), work), {
      status: 201,
      headers: { location: '/x' },
      body: 1,
    })
    isReplay = true
    t.same(
      (await once('message_create', request({ password: 'other' }, callerOf('ann')), work)).headers,
      {
        location: '/x',
        'idempotent-replayed': 'true',
      },
    )
    await once('sign_up', request(undefined), work)
    await once('sign_up', request({ password: 'secret' }), work)
    t.match(kept, [
      { subject: '', operation: 'message_create', key: 'k' },
      { subject: 'ann', operation: 'message_create', key: 'k' },
      { subject: '', operation: 'sign_up' },
      {},
    ])
    const [first, second, third, fourth] = kept.map(({ bodyHash }) => bodyHash)
    t.equal(first, fourth)
    t.equal(new Set([first, second, third]).size, 3)
    t.notMatch(JSON.stringify(kept), 'secret')
  },
)
