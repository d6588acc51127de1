/** Tells which of two cursors comes later. */

/** Whether an event at `cursor` is past what was seen. Cursors of another epoch are past everything: the log began anew. */
export function isPast(cursor: string, seen: string | undefined): boolean {
  if (seen === undefined) return true
  const [epoch, position] = partsOf(cursor)
  const [seenEpoch, seenPosition] = partsOf(seen)
  return epoch !== seenEpoch || position > seenPosition
}

function partsOf(cursor: string): readonly [epoch: string, position: number] {
  const at = cursor.lastIndexOf('-')
  return [cursor.slice(0, at), Number(cursor.slice(at + 1))]
}
