/** Says why the messenger can't listen, and which variable to mend. */
import { DeclarationError } from '../framework/index.ts'
import type { Config } from './config.ts'

/** By the code of the operating system, or of its search for the host. */
const MENDS: Readonly<Record<string, (config: Address) => string>> = Object.freeze({
  EADDRINUSE: ({ host, port }) =>
    `PORT ${port} is in use on ${host}: end what listens there, or set PORT to another one.`,
  EACCES: ({ port }) => `PORT ${port} is not for this user: set PORT to 1024 or more.`,
  EADDRNOTAVAIL: noAddress,
  ENOTFOUND: noAddress,
  EAI_AGAIN: noAddress,
})

type Address = Pick<Config, 'host' | 'port'>

/** The error to end with when listening has failed: what can be mended is told in a line. */
export function listenFault(cause: unknown, address: Address): unknown {
  const code = cause instanceof Error && 'code' in cause ? String(cause.code) : ''
  const mend = MENDS[code]
  return mend === undefined ? cause : new DeclarationError(`${mend(address)} (${code})`, { cause })
}

function noAddress({ host }: Address): string {
  return `HOST ${host} is no address of this machine: set HOST to one, such as localhost, or to 0.0.0.0 for all.`
}
