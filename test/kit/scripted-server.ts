/** A server that answers as a test says, over HTTP and websockets, on a port of its own. */
import { createServer, type IncomingMessage, type ServerResponse } from 'node:http'
import type { AddressInfo } from 'node:net'
import type { Test } from 'tap'
import { WebSocketServer, type WebSocket } from 'ws'
import { createGathering, type Gathering } from './gathering.ts'
import { createSocketClient, type SocketClient } from './socket-client.ts'

/** A request that came. */
export interface ScriptedRequest {
  readonly line: string
  readonly headers: IncomingMessage['headers']
  readonly body: unknown
}

/** What is answered; `cut`: the connection breaks instead. */
export interface ScriptedAnswer {
  readonly status?: number
  readonly headers?: Readonly<Record<string, string>>
  readonly body?: unknown
  readonly cut?: boolean
}

/** A server under the hand of a test. */
export interface ScriptedServer {
  readonly url: string
  readonly requests: Gathering<ScriptedRequest>
  /** Answers each request; 404 until it is set. */
  answer: (request: ScriptedRequest) => ScriptedAnswer | Promise<ScriptedAnswer>
  /** The next socket that opens, and has not been taken. */
  nextSocket(): Promise<SocketClient>
  /** How many sockets have been opened. */
  readonly socketCount: number
}

/** Opens a server; closed when the test ends. */
export async function openScriptedServer(t: Test): Promise<ScriptedServer> {
  const requests = createGathering<ScriptedRequest>()
  const sockets = createGathering<SocketClient>()
  let taken = 0
  const http = createServer((request, response) => void serve(request, response))
  const sockets_ = new WebSocketServer({
    server: http,
    handleProtocols: ([first]) => first ?? false,
  })
  sockets_.on('connection', (socket: WebSocket) => sockets.add(createSocketClient(socket)))
  http.listen(0, '127.0.0.1')
  await new Promise((resolve) => http.once('listening', resolve))
  t.teardown(async () => {
    for (const socket of sockets_.clients) socket.terminate()
    http.closeAllConnections()
    await new Promise((resolve) => http.close(resolve))
  })

  async function serve(request: IncomingMessage, response: ServerResponse): Promise<void> {
    let text = ''
    for await (const chunk of request) text += String(chunk)
    const asked: ScriptedRequest = {
      line: `${request.method ?? ''} ${request.url ?? ''}`,
      headers: request.headers,
      body: text === '' ? undefined : JSON.parse(text),
    }
    requests.add(asked)
    const { status = 200, headers = {}, body, cut = false } = await server.answer(asked)
    if (cut) {
      request.socket.destroy()
      return
    }
    response.writeHead(status, { 'content-type': 'application/json', ...headers })
    response.end(body === undefined ? '' : typeof body === 'string' ? body : JSON.stringify(body))
  }

  const { port } = http.address() as AddressInfo
  const server: ScriptedServer = {
    url: `http://127.0.0.1:${port}`,
    requests,
    answer: () => ({ status: 404, body: { type: '/problems/not_found', title: 'Not found' } }),
    async nextSocket() {
      const index = taken++
      const all = await sockets.until((opened) => opened.length > index)
      return all[index] as SocketClient // there is one
    },
    get socketCount() {
      return sockets.all.length
    },
  }
  return server
}
