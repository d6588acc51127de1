/** Who listens to the bus in this process. */
import { AsyncResource } from 'node:async_hooks'
import type { Bus, BusTopic } from '../event/bus.ts'

/** Those who listen, and the ways to reach them. */
export interface Receivers extends Pick<Bus, 'receive' | 'onGap'> {
  /** Hands a text to those who receive its topic. */
  hand(topic: BusTopic, text: string): void
  /** Tells everybody that messages may have been lost. */
  gap(): void
  /** Nobody is told anything any more. */
  clear(): void
}

interface Receiver {
  readonly topic: BusTopic | 'gap'
  readonly take: (text: string) => void
}

/** @param onError told when somebody throws; the others are told all the same */
export function createReceivers(onError: (error: unknown) => void): Receivers {
  const receivers = new Set<Receiver>()

  function add(receiver: Receiver): () => void {
    receivers.add(receiver)
    return () => void receivers.delete(receiver)
  }
  function hand(topic: Receiver['topic'], text: string): void {
    for (const receiver of [...receivers]) {
      if (receiver.topic !== topic) continue
      try {
        receiver.take(text)
      } catch (error) {
        onError(error)
      }
    }
  }
  return Object.freeze<Receivers>({
    // Bound to who receives: who sends in the same process may be in the middle of a transaction.
    receive: (topic, take) => add({ topic, take: AsyncResource.bind(take) }),
    onGap: (run) => add({ topic: 'gap', take: AsyncResource.bind(() => run()) }),
    hand,
    gap: () => hand('gap', ''),
    clear: () => receivers.clear(),
  })
}
