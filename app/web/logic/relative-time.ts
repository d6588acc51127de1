/** Short times for lists: the hour today, the weekday this week, else the date. */
import { dayOf } from './message-groups.ts'

const WEEK_MS = 6 * 24 * 3_600_000

/** The options with which `Intl.DateTimeFormat` writes it. */
export function shortTimeFormat(at: string, now: Date): Intl.DateTimeFormatOptions {
  const date = new Date(at)
  if (dayOf(at) === dayOf(now.toISOString())) return { hour: '2-digit', minute: '2-digit' }
  if (now.getTime() - date.getTime() < WEEK_MS) return { weekday: 'short' }
  const isThisYear = date.getFullYear() === now.getFullYear()
  return isThisYear
    ? { day: 'numeric', month: 'short' }
    : { day: 'numeric', month: 'numeric', year: '2-digit' }
}
