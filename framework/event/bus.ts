/** What the processes of one app tell each other besides the database: hints, and what is gone as soon as it is old. */

/**
 * What a message is about. `outbox`: changes were committed and wait for the relay. `log`: entries were numbered. `presence`:
 * who is where. `jobs`: jobs were sent.
 */
export type BusTopic = 'outbox' | 'log' | 'presence' | 'jobs'

/**
 * Carries messages between processes. It may lose them, repeat them, and bring them in another order; what must not be missed
 * is read from the log. Its owner closes it.
 */
export interface Bus {
  /** The longest text that it carries, in bytes of UTF-8. */
  readonly maxBytes: number
  /** Tells every other process, soon and at no cost to who calls. Never throws: what can't be carried now is lost. */
  send(topic: BusTopic, text: string): void
  /** Hands on what others tell. A `take` that throws is reported, and keeps nothing from the others. @returns ends it */
  receive(topic: BusTopic, take: (text: string) => void): () => void
  /**
   * Calls `run` whenever messages may have been lost: when the bus has been reached for the first time, and each time that it
   * is back. From then on messages are carried. @returns ends it
   */
  onGap(run: () => void): () => void
  /** Lets go of its connections. Nothing is handed on afterwards. */
  close(): Promise<void>
}
