/** The client of the page, and what passes over its socket. */
import { createClient, type Client, type ProblemError } from '../../../framework/client/index.ts'
import type { Api } from '../../api.ts'

/** The typed client of the messenger. */
export type PageClient = Client<Api>

/** Sees what the socket does. */
export interface SocketTap {
  onFrame(direction: 'sent' | 'received', text: string): void
  onOpen(): void
  onClose(): void
}

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

function tappedSocket(tap: SocketTap): typeof WebSocket {
  return class extends WebSocket {
    constructor(url: string | URL, protocols?: string | string[]) {
      super(url, protocols)
      this.addEventListener('open', tap.onOpen)
      this.addEventListener('close', tap.onClose)
      this.addEventListener('message', ({ data }: MessageEvent<unknown>) =>
        tap.onFrame('received', String(data)),
      )
    }

    override send(text: string): void {
      tap.onFrame('sent', text)
      super.send(text)
    }
  }
}
