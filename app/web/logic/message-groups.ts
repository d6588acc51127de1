/** Puts messages in order under days and authors, as they are shown. */

/** What is known of a message to place it. */
export interface PlacedMessage {
  readonly key: string
  readonly authorId: string
  /** ISO 8601. */
  readonly at: string
}

/** Messages of one author that follow each other closely. */
export interface MessageRun<M extends PlacedMessage> {
  readonly key: string
  readonly authorId: string
  readonly messages: readonly M[]
}

/** The messages of one day, by the reader's own clock. */
export interface MessageDay<M extends PlacedMessage> {
  /** `2026-01-31`. */
  readonly day: string
  readonly runs: readonly MessageRun<M>[]
}

/** Later ones begin a new run. */
const RUN_MS = 5 * 60_000

/** @param messages the oldest first */
export function groupMessages<M extends PlacedMessage>(
  messages: readonly M[],
): readonly MessageDay<M>[] {
  const days: { day: string; runs: { key: string; authorId: string; messages: M[] }[] }[] = []
  let before: M | undefined
  for (const message of messages) {
    const day = dayOf(message.at)
    let last = days.at(-1)
    if (last?.day !== day) {
      last = { day, runs: [] }
      days.push(last)
      before = undefined
    }
    const run = last.runs.at(-1)
    if (run !== undefined && before !== undefined && isClose(before, message)) {
      run.messages.push(message)
    } else {
      last.runs.push({ key: message.key, authorId: message.authorId, messages: [message] })
    }
    before = message
  }
  return days
}

function isClose(before: PlacedMessage, after: PlacedMessage): boolean {
  return before.authorId === after.authorId && Date.parse(after.at) - Date.parse(before.at) < RUN_MS
}

/** The day of a moment by the reader's own clock, as ISO 8601 writes it. */
export function dayOf(at: string): string {
  const date = new Date(at)
  const two = (number: number): string => String(number).padStart(2, '0')
  return `${String(date.getFullYear())}-${two(date.getMonth() + 1)}-${two(date.getDate())}`
}

/** Today, yesterday, or another day. */
export function dayKind(day: string, now: Date): 'today' | 'yesterday' | 'other' {
  if (day === dayOf(now.toISOString())) return 'today'
  const before = new Date(now)
  before.setDate(before.getDate() - 1)
  return day === dayOf(before.toISOString()) ? 'yesterday' : 'other'
}
