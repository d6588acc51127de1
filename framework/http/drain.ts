/** Ends a server without losing a request: each connection is told that it closes, and waited for. */
import { Socket } from 'node:net'
import type { FastifyInstance, onSendHookHandler } from 'fastify'

/** How long the end of a server may take. */
export interface DrainLimits {
  /**
   * Idle connections stay open this long, so that what was sent before its sender could know of the end is answered; a
   * connection that closes sooner is not waited for.
   */
  readonly graceMs: number
  /** Whoever has not sent a request whole, or not taken its answer, by then is cut. */
  readonly limitMs: number
}

const DRAIN_LIMITS: DrainLimits = Object.freeze({ graceMs: 500, limitMs: 7_000 })

/**
 * Makes the close of a server wait for the requests under way. Node alone closes idle connections at once, whatever is on its
 * way on them; keeps those open that become idle later; never cuts a slow one; and Fastify doesn't wait for the second server
 * that it makes for `localhost` (::1 beside 127.0.0.1).
 */
export function drainBeforeClose(
  app: FastifyInstance,
  { graceMs, limitMs }: DrainLimits = DRAIN_LIMITS,
): void {
  const connections = new Set<Socket>()
  let isClosing = false
  let cut: NodeJS.Timeout | undefined
  app.addHook('onRequest', (request, _reply, done) => {
    const { socket, headers } = request.raw
    // Who asks for an upgrade may become a WebSocket, which has an end of its own; who injects a request has no connection.
    if (!connections.has(socket) && headers.upgrade === undefined && socket instanceof Socket) {
      connections.add(socket)
      socket.once('close', () => connections.delete(socket))
    }
    done()
  })
  const sayClose: onSendHookHandler = (...[, reply, payload, done]) => {
    if (isClosing) void reply.header('connection', 'close')
    done(null, payload)
  }
  app.addHook('onSend', sayClose)
  app.addHook('preClose', async () => {
    isClosing = true
    cut = setTimeout(() => {
      app.server.closeAllConnections()
      for (const socket of connections) socket.destroy()
    }, limitMs)
    const { promise: grace, resolve } = Promise.withResolvers<undefined>()
    const timer = setTimeout(resolve, graceMs, undefined)
    await Promise.race([grace, allClosed(connections)])
    clearTimeout(timer)
  })
  // Runs when Fastify has closed its server.
  app.addHook('onClose', async () => {
    await allClosed(connections)
    clearTimeout(cut)
  })
}

async function allClosed(connections: ReadonlySet<Socket>): Promise<void> {
  await Promise.all(
    [...connections].map((socket) => {
      const { promise, resolve } = Promise.withResolvers<undefined>()
      socket.once('close', () => resolve(undefined))
      return promise
    }),
  )
}
