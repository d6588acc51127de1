/** Runs actions of the app over HTTP. */
import type { Request, Send } from './requests.ts'
import { toKebab, type CallerOptions } from './resource-client.ts'
import type { TokenAnswer } from './session.ts'

/** Options of an action. */
export interface ActionCall extends CallerOptions {
  /** Not every action keeps its answer, and here it is not known which: only one with a key is sent again. */
  readonly idempotencyKey?: string | undefined
}

/** The request of an action. */
export function actionRequest(
  name: string,
  body: unknown = {},
  { idempotencyKey, signal }: ActionCall = {},
): Request {
  return {
    method: 'POST',
    path: `/actions/${toKebab(name)}`,
    body,
    headers: { 'idempotency-key': idempotencyKey },
    isRepeatable: idempotencyKey !== undefined,
    signal,
  }
}

/** Runs an action that answers tokens, for nobody: who asks is told by what it is asked with. */
export async function askForTokens(
  send: Send,
  name: 'login' | 'refresh',
  {
    input,
    headers,
    signal,
  }: CallerOptions & {
    readonly input: unknown
    readonly headers?: Readonly<Record<string, string>>
  },
): Promise<TokenAnswer> {
  const request = actionRequest(name, input, { signal })
  const { body } = await send({
    ...request,
    headers: { ...request.headers, ...headers },
    isAnonymous: true,
  })
  return body as TokenAnswer // as its documents say
}
