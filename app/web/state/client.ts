/** The client of the page, and what passes over its socket. */
import { createClient, type Client, type ProblemError } from '../../../framework/client/index.ts'
import type { Api } from '../../api.ts'
import { tappedSocket, type SocketTap } from '../logic/tapped-socket.ts'

/** The typed client of the messenger. */
export type PageClient = Client<Api>

/** What the client tells. */
export interface PageClientOptions {
  readonly tap: SocketTap
  readonly onLoggedOut: (error: ProblemError) => void
  readonly onError: (error: unknown) => void
}

/** Makes the client: its refresh token is in a cookie, its access token in memory. */
export function createPageClient({ tap, ...options }: PageClientOptions): PageClient {
  return createClient<Api>({
    url: location.origin,
    storage: localStorage,
    isCookieSession: true,
    WebSocket: tappedSocket(tap),
    ...options,
  })
}
