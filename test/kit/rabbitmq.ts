/** The RabbitMQ of this run, and ways to it that can be cut. */
import { execFile } from 'node:child_process'
import { connect } from 'node:net'
import { promisify } from 'node:util'
import type { Test } from 'tap'
import { startTcpProxy, type TcpProxy } from './tcp-proxy.ts'

const { RABBITMQ_URL = '' } = process.env
const URL_OF_RUN = new URL(RABBITMQ_URL === '' ? 'amqp://guest:guest@127.0.0.1:5672' : RABBITMQ_URL)
const TARGET = Object.freeze({
  host: URL_OF_RUN.hostname,
  port: Number(URL_OF_RUN.port === '' ? 5672 : URL_OF_RUN.port),
})

/** The URL of the broker; undefined when none answers. */
export async function rabbitmqUrl(): Promise<string | undefined> {
  const socket = connect(TARGET.port, TARGET.host)
  const answers = await new Promise<boolean>((resolve) => {
    socket.on('connect', () => resolve(true))
    socket.on('error', () => resolve(false))
  })
  socket.destroy()
  return answers ? URL_OF_RUN.href : undefined
}

/** Why tests without a broker are left out. */
export const NO_BROKER = 'no RabbitMQ answers at RABBITMQ_URL, nor on this machine'

/**
 * Runs a command of `rabbitmqctl` on this machine.
 * @returns its output; undefined when it is not there, or not for this user
 */
export async function rabbitmqctl(...args: readonly string[]): Promise<string | undefined> {
  return promisify(execFile)('rabbitmqctl', ['--quiet', ...args], { timeout: 20_000 }).then(
    ({ stdout }) => stdout,
    () => undefined,
  )
}

/** A way to the broker. */
export interface BrokerProxy extends TcpProxy {
  readonly url: string
}

/** Opens a way to the broker that the test can cut. */
export async function startBrokerProxy(t: Test): Promise<BrokerProxy> {
  const proxy = await startTcpProxy(t, [TARGET])
  const url = new URL(URL_OF_RUN)
  url.hostname = '127.0.0.1'
  url.port = String(proxy.port)
  return { ...proxy, url: url.href }
}
