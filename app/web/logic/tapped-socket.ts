/** Sockets that tell what passes over them, and whether they can be used. */

/** Sees what sockets do. */
export interface SocketTap {
  onFrame(direction: 'sent' | 'received', text: string): void
  onOpen(): void
  /** One that was open is of no use any more. */
  onClose(): void
}

/** Makes a kind of socket with a tap. */
export function tappedSocket(tap: SocketTap): typeof WebSocket {
  return class extends WebSocket {
    #isOpen = false

    constructor(...args: ConstructorParameters<typeof WebSocket>) {
      super(...args)
      this.addEventListener('open', () => {
        this.#isOpen = true
        tap.onOpen()
      })
      this.addEventListener('close', () => this.#ended())
      this.addEventListener('message', ({ data }: { readonly data: unknown }) =>
        tap.onFrame('received', String(data)),
      )
    }

    override send(text: string): void {
      tap.onFrame('sent', text)
      super.send(text)
    }

    /** Over a network that is gone the event comes long after. */
    override close(code?: number, reason?: string): void {
      this.#ended()
      super.close(code, reason)
    }

    #ended(): void {
      if (!this.#isOpen) return
      this.#isOpen = false
      tap.onClose()
    }
  }
}
