/** Webhooks as jobs: tried again until they are taken, and in order for each endpoint. */
import Type, { type Static } from 'typebox'
import { job, type Job, type JobContext, type Retries } from './job.ts'
import { sendWebhook, type Webhook, type WebhookOptions } from './webhook.ts'

/** What is sent to the job of webhooks. */
export const WEBHOOK_PAYLOAD = Type.Object({
  /** Names the endpoint; its webhooks are sent one after the other. */
  endpoint: Type.String({ minLength: 1, maxLength: 255 }),
  /** What has happened: `message.created`. */
  type: Type.String({ minLength: 1, maxLength: 255 }),
  /** When: ISO 8601. */
  timestamp: Type.String(),
  data: Type.Record(Type.String(), Type.Unknown()),
})

/** Where an endpoint is now, and what it knows us by. */
export type WebhookEndpoint = Pick<Webhook, 'url' | 'secrets'>

/** What a developer writes. */
export interface WebhookJobDeclaration extends WebhookOptions {
  /** Finds an endpoint by its name; undefined: there is none any more, and nothing is sent. */
  find(endpoint: string, context: JobContext): Promise<WebhookEndpoint | undefined>
  /** As those of jobs. */
  readonly retries?: Partial<Retries>
}

/**
 * Declares the job that sends webhooks. What an endpoint has not taken keeps what comes after it waiting; when it is dead, the next is
 * sent.
 * @throws DeclarationError as `job`
 */
export function webhookJob<const N extends string>(
  name: N,
  { find, retries = {}, ...options }: WebhookJobDeclaration,
): Job<N, Static<typeof WEBHOOK_PAYLOAD>> {
  return job(name, {
    payload: WEBHOOK_PAYLOAD,
    retries,
    orderedBy: ({ endpoint }) => endpoint,
    async run({ endpoint, ...payload }, context) {
      const found = await find(endpoint, context)
      if (found === undefined) return
      const { id, signal } = context
      await sendWebhook({ ...found, id, payload, signal }, options)
    },
  })
}
