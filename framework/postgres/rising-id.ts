/** Ids that rise with each call, also within one millisecond, so that what was made together keeps its order. */
import { randomBytes } from 'node:crypto'

/** Of RFC 9562 §6.2, method 1: the twelve bits behind the time count. */
const COUNTS = 0x1000
const VERSION = 0x7000n
const VARIANT = 0x8000_0000_0000_0000n

/**
 * Makes uuids of version 7, each greater than the one before.
 * @param now milliseconds since the epoch; may stand still or go back, the ids rise all the same
 */
export function createRisingIds(now: () => number): () => string {
  let last = -1
  return () => {
    last = Math.max(last + 1, now() * COUNTS)
    const time = BigInt(Math.floor(last / COUNTS))
    const random = randomBytes(8).readBigUInt64BE() >> 2n
    const high = (time << 16n) | VERSION | BigInt(last % COUNTS)
    const hex = ((high << 64n) | VARIANT | random).toString(16).padStart(32, '0')
    return hex.replace(/^(.{8})(.{4})(.{4})(.{4})/, '$1-$2-$3-$4-')
  }
}
