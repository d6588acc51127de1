/** Several messenger processes on one database of the server, behind a plain TCP balancer. */
import type { Test } from 'tap'
import { generateTokenKey } from '../../framework/index.ts'
import {
  clientAt,
  prepareHome,
  startMessenger,
  type MessengerClient,
  type MessengerProcess,
  type ProcessEnv,
} from './messenger-process.ts'
import { startTcpProxy, type Target } from './tcp-proxy.ts'

/** Processes that belong together. They end with their test. */
export interface Cluster {
  readonly processes: readonly MessengerProcess[]
  /** Through the balancer: each connection goes to the next process that answers. */
  readonly balanced: MessengerClient
  /** Variables of each process, for one more by `startMessenger`. */
  readonly env: ProcessEnv
}

/** Starts so many processes, with these variables (`BUS_URL`) beside those that they need. For a run with a server. */
export async function startCluster(t: Test, size: number, variables: ProcessEnv): Promise<Cluster> {
  const home = await prepareHome(t)
  const env = { LOG_LEVEL: 'silent', TOKEN_KEYS: generateTokenKey(), ...home, ...variables }
  // The first one seeds.
  const first = await startMessenger(t, env)
  const others = Array.from({ length: size - 1 }, () => startMessenger(t, env))
  const processes: readonly [MessengerProcess, ...MessengerProcess[]] = [
    first,
    ...(await Promise.all(others)),
  ]
  const [target, ...targets] = processes.map(({ url }) => toTarget(url))
  if (target === undefined) throw new RangeError('A cluster has a process.')
  const { port } = await startTcpProxy(t, [target, ...targets])
  return { processes, balanced: clientAt(`http://127.0.0.1:${String(port)}`), env }
}

function toTarget(url: string): Target {
  return { host: '127.0.0.1', port: Number(new URL(url).port) }
}
