/** That webhooks are tried again until they are taken, in order for each endpoint, against a real server. */
import t from 'tap'
import { webhookJob, type WebhookJobDeclaration } from '../../../framework/action/webhook-job.ts'
import { newWebhookSecret } from '../../../framework/action/webhook-secret.ts'
import { openTestDatabase } from '../../kit/database.ts'
import { startTestJobs } from '../../kit/jobs.ts'
import { openWebhookEndpoint } from '../../kit/webhook-endpoint.ts'

t.test('what an endpoint refuses comes again, before what was sent later', async (t) => {
  const database = await openTestDatabase(t)
  const answers = [500, 204, 204]
  const { port, taken } = await openWebhookEndpoint(t, (response) => {
    response.writeHead(answers.shift() ?? 204).end()
  })
  const declaration: WebhookJobDeclaration = {
    async find(endpoint) {
      if (endpoint !== 'here') return undefined
      return { url: `http://hooks.example:${String(port)}/`, secrets: [newWebhookSecret()] }
    },
    retries: { count: 3, firstRestSeconds: 1 },
    isAllowed: () => true,
    addressesOf: async () => ['127.0.0.1'],
    isEncryptionNeeded: false,
  }
  const hook = webhookJob('hook', declaration)
  t.equal(hook.orderedBy?.({ endpoint: 'here', type: '', timestamp: '', data: {} }), 'here')
  const { jobs, errors } = await startTestJobs(t, database, [hook], { pollMs: 50 })
  for (const [endpoint, type] of [
    ['gone', 'never'],
    ['here', 'first'],
    ['here', 'second'],
  ] as const) {
    const payload = { endpoint, type, timestamp: '2026-11-20T12:00:00.000Z', data: { a: 1 } }
    await jobs.send(hook, payload)
  }
  const all = await taken.until((all) => all.length === 3)
  t.match(
    all.map(({ body }): unknown => JSON.parse(body)),
    [{ type: 'first' }, { type: 'first' }, { type: 'second', data: { a: 1 } }],
  )
  t.strictSame(JSON.parse(all[0]?.body ?? ''), {
    type: 'first',
    timestamp: '2026-11-20T12:00:00.000Z',
    data: { a: 1 },
  })
  const ids = all.map(({ headers }) => headers['webhook-id'])
  t.equal(ids[0], ids[1], 'each try has the same id')
  t.not(ids[1], ids[2])
  t.match(errors.all, [{ name: 'WebhookError', status: 500 }])
})
