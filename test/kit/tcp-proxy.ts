/** A plain TCP proxy: one door to one server or several in turn, which a test can shut. */
import { connect, createServer, type AddressInfo, type Socket } from 'node:net'
import type { Test } from 'tap'

/** Where a connection goes. */
export interface Target {
  readonly host: string
  readonly port: number
}

/** A proxy. It ends with its test. */
export interface TcpProxy {
  readonly port: number
  /** Cuts every connection, and refuses new ones until it is opened again. */
  shut(): void
  open(): void
  /** Cuts every connection. New ones are taken. */
  cut(): void
}

/** Starts a proxy. Connections go to the targets in turn, past those that do not answer. */
export async function startTcpProxy(
  t: Test,
  targets: readonly [Target, ...Target[]],
): Promise<TcpProxy> {
  const sockets = new Set<Socket>()
  let isShut = false
  let turn = 0

  function pass(from: Socket, to: Socket): void {
    from.pipe(to)
    from.on('error', () => to.destroy())
    from.on('close', () => {
      to.destroy()
      sockets.delete(from)
    })
    sockets.add(from)
  }
  function serve(socket: Socket, tries: number): void {
    const { host, port } = targets[turn++ % targets.length] ?? targets[0]
    const upstream = connect(port, host)
    upstream.once('connect', () => {
      pass(socket, upstream)
      pass(upstream, socket)
    })
    upstream.once('error', () => {
      if (!upstream.connecting && tries > 1 && upstream.bytesWritten === 0) serve(socket, tries - 1)
      else socket.destroy()
    })
  }
  function cut(): void {
    for (const socket of sockets) socket.destroy()
  }

  const server = createServer((socket) => {
    socket.on('error', () => undefined)
    if (isShut) socket.destroy()
    else serve(socket, targets.length)
  })
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve))
  t.teardown(() => {
    cut()
    server.close()
  })
  return {
    port: (server.address() as AddressInfo).port,
    cut,
    shut() {
      isShut = true
      cut()
    },
    open: () => void (isShut = false),
  }
}
