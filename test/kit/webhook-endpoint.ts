/** A real HTTP server that takes webhooks, and answers as a test wants. */
import { once } from 'node:events'
import { createServer, type IncomingMessage, type ServerResponse } from 'node:http'
import type { Test } from 'tap'
import { createGathering, type Gathering } from './gathering.ts'

/** A webhook as it has come. */
export interface TakenWebhook {
  readonly headers: Readonly<Record<string, string>>
  readonly body: string
}

/** An endpoint, and what has come to it. */
export interface WebhookEndpoint {
  readonly port: number
  readonly taken: Gathering<TakenWebhook>
}

/** Opens an endpoint on a loopback, closed when `t` ends. @param answer default: 204 */
export async function openWebhookEndpoint(
  t: Test,
  answer: (response: ServerResponse, request: IncomingMessage) => void = (response) =>
    void response.writeHead(204).end(),
): Promise<WebhookEndpoint> {
  const taken = createGathering<TakenWebhook>()
  const server = createServer((request, response) => {
    const chunks: Buffer[] = []
    request.on('data', (chunk: Buffer) => chunks.push(chunk))
    request.on('end', () => {
      const headers = Object.fromEntries(
        Object.entries(request.headers).map(([name, value]) => [name, String(value)]),
      )
      answer(response, request)
      taken.add({ headers, body: Buffer.concat(chunks).toString() })
    })
  })
  server.listen(0, '127.0.0.1')
  await once(server, 'listening')
  t.teardown(() => {
    server.closeAllConnections()
    server.close()
  })
  const address = server.address()
  return { port: typeof address === 'object' && address !== null ? address.port : 0, taken }
}
