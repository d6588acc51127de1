/** That signatures are those of Standard Webhooks, by its own library. */
import { Webhook } from 'standardwebhooks'
import t from 'tap'
import { newWebhookSecret, signWebhook } from '../../../framework/action/webhook-secret.ts'
import { DeclarationError } from '../../../framework/errors.ts'

const timestamp = Math.floor(Date.now() / 1000)
const message = { id: 'a', timestamp, body: '{"type":"é"}' }
const headersOf = (signature: string) => ({
  'webhook-id': 'a',
  'webhook-timestamp': String(timestamp),
  'webhook-signature': signature,
})

t.test('whoever has a secret can tell who has signed', (t) => {
  const [old, current] = [newWebhookSecret(), newWebhookSecret()]
  t.not(old, current)
  const headers = headersOf(signWebhook(message, [old, current]))
  for (const secret of [old, current]) {
    t.same(new Webhook(secret).verify(message.body, headers), { type: 'é' })
  }
  t.throws(() => new Webhook(newWebhookSecret()).verify(message.body, headers))
  t.throws(() => new Webhook(old).verify('{"type":"e"}', headers))
  t.throws(() => new Webhook(old).verify(message.body, { ...headers, 'webhook-id': 'b' }))
  t.end()
})

t.test('what is no secret is refused', (t) => {
  const key = (bytes: number): string => Buffer.alloc(bytes, 7).toString('base64')
  for (const wrong of ['', 'whsec_', key(32), `whsec_${key(23)}`, `whsec_${key(65)}`]) {
    t.throws(() => signWebhook(message, [wrong]), DeclarationError, wrong)
  }
  for (const bytes of [24, 64]) t.match(signWebhook(message, [`whsec_${key(bytes)}`]), /^v1,/)
  t.end()
})
