/** The frames of the socket as the client reads them. */

import { toProblemError, type ProblemError } from './problem-error.ts'

/** A frame of the server; which members it has depends on its type. */
export interface ServerFrame {
  readonly type: string
  readonly id?: number
  readonly status?: number
  /** Of an `Error`: how many seconds the server asks to wait. */
  readonly retry_after?: number
  readonly etag?: string
  readonly op?: 'create' | 'update' | 'delete'
  readonly key?: string
  readonly cursor?: string
  readonly payload?: unknown
}

/** A frame of the client. */
export interface ClientFrame {
  readonly type: 'Subscribe' | 'Unsubscribe' | 'Track' | 'Authenticate' | 'Call' | 'Ping'
  readonly id?: number
  readonly payload?: unknown
}

/** Reads a message; undefined for what is no frame, which a client of a later server may get. */
export function parseFrame(message: unknown): ServerFrame | undefined {
  try {
    const value = JSON.parse(message as string) as ServerFrame | null // or it is none
    return value?.type === undefined ? undefined : value
  } catch {
    return undefined
  }
}

/** The problem that an `Error` tells. */
export function problemIn({ status = 0, retry_after = 0, payload }: ServerFrame): ProblemError {
  return toProblemError(status, payload, { retryAfterMs: retry_after * 1000 || undefined })
}

/** A member of the payload that is a text; undefined when it is none. */
export function textIn({ payload }: ServerFrame, name: string): string | undefined {
  const value = (payload as Readonly<Record<string, unknown>> | null | undefined)?.[name]
  return typeof value === 'string' ? value : undefined
}
