/** The contract of a session on a server that is kept up, whatever happens to its connection. */

/** Runs one statement in the session. */
export type SessionQuery = (
  text: string,
  values?: readonly string[],
) => Promise<readonly (readonly unknown[])[]>

/** What is done with a session. */
export interface SessionOptions {
  /** Runs first on each connection. When it throws, there will be another one. */
  readonly begin: (query: SessionQuery) => Promise<void>
  /** Runs again and again while the connection lives, which also shows whether it does; default: asks for nothing. */
  readonly beat?: (query: SessionQuery) => Promise<void>
  /** The rest between two beats in milliseconds; default 5 s. */
  readonly beatMs?: number
  /** `begin` is done, and statements can be run. */
  readonly onOpen?: () => void
  /** The connection was lost, or could not be made. */
  readonly onLost?: () => void
  /** Takes what others notify on the channels that the session listens to. */
  readonly onNotification?: (payload: string) => void
  /** Told of each failure that is not the same as the one before. */
  readonly onError: (error: unknown) => void
}

/** A session that is kept up. Its owner closes it. */
export interface PgSession {
  isOpen(): boolean
  /** @throws UnavailableError while there is no connection, and others of the database */
  readonly query: SessionQuery
  /** Ends the connection, and with it everything that lives in it. */
  close(): Promise<void>
}
