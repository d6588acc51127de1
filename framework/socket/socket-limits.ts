/** What one client may ask of the server, and when a socket is closed. */

/** The limits of sockets. Every outside number has one. */
export interface SocketLimits {
  /** Bytes of one frame from a client; more closes with 1009. */
  readonly frameBytes: number
  /** Frames per second from a client over time; more than `frameBurst` at once beyond it closes with 4429. */
  readonly framesPerSecond: number
  readonly frameBurst: number
  /** Subscriptions of one socket; one more is refused (400). */
  readonly subscriptions: number
  /** Calls of one socket that are not answered yet; one more is refused (429). */
  readonly calls: number
  /** Nodes of the filter of one subscription; more is refused (400). */
  readonly filterNodes: number
  /** Bytes that wait for a slow reader; more closes with 4508, and the client resumes with its cursor. */
  readonly queueBytes: number
  /** Sockets of one address (of one /64 network for IPv6); one more is refused (429). */
  readonly socketsPerAddress: number
  /** Sockets of one logged-in caller; one more is refused (429). */
  readonly socketsPerUser: number
  /** How often a ping is sent; a socket that has not answered by the next one is cut. */
  readonly pingSeconds: number
  /** How often it is asked whether the caller's token is still good, of which the end is as a rule told at once. */
  readonly recheckSeconds: number
  /** How long before its token ends a client is warned. */
  readonly expiringSeconds: number
  /** How long after its token's end a client may still bring a fresh one; then the socket closes with 4401. */
  readonly graceSeconds: number
  /** How long a client may take to answer a close before it is cut. */
  readonly closeSeconds: number
  /** Over how long the closes of a shutdown are spread, so that not all clients come back at once. */
  readonly shutdownSeconds: number
  /** How long a shutdown waits for calls in flight; then their sockets close without an answer. */
  readonly finishSeconds: number
}

/** The limits when nothing else is said. */
export const SOCKET_LIMITS: SocketLimits = Object.freeze({
  frameBytes: 65_536,
  framesPerSecond: 50,
  frameBurst: 100,
  subscriptions: 100,
  calls: 16,
  filterNodes: 20,
  queueBytes: 1_048_576,
  socketsPerAddress: 1_000,
  socketsPerUser: 100,
  pingSeconds: 25,
  recheckSeconds: 5,
  expiringSeconds: 60,
  graceSeconds: 25,
  closeSeconds: 1,
  shutdownSeconds: 1,
  finishSeconds: 5,
})

/**
 * Codes with which the server closes a socket. 44xx: the client has to mend something before it connects again;
 * 45xx and 1012: it connects again and resumes.
 */
export const CLOSE_CODES = Object.freeze({
  /** The server restarts (registered with IANA for RFC 6455). */
  restart: 1012,
  unauthenticated: 4401,
  tooFast: 4429,
  slow: 4508,
})
