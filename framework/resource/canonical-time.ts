/** The one way in which a moment is written: UTC with milliseconds, so that text tells which is earlier. */
import { TIMESTAMP } from './wire-schemas.ts'
import { validatorOf } from './validator.ts'

const LENGTH = '0001-01-01T00:00:00.000Z'.length

/**
 * The moment that a timestamp of the wire means, whatever its offset, as `2026-11-20T13:00:00.000Z`; undefined when it is none, or
 * when its offset carries it out of the years 0001 to 9999.
 */
export function toCanonicalTime(text: string): string | undefined {
  if (!validatorOf(TIMESTAMP).isValid(text)) return undefined
  const canonical = new Date(text).toISOString()
  return canonical.length === LENGTH && !canonical.startsWith('0000') ? canonical : undefined
}
