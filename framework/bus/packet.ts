/** Several texts as one: each behind its length, as its characters stand, so that none grows by quoting. */

/** A packet, and what did not fit. */
export interface Packed {
  readonly packet: string
  readonly rest: readonly string[]
}

/** Puts texts into a packet of at most so many bytes of UTF-8, from the first on until one does not fit. */
export function pack(texts: readonly string[], maxBytes: number): Packed {
  let packet = ''
  let bytes = 0
  for (const [index, text] of texts.entries()) {
    const part = `${String(text.length)}:${text}`
    bytes += Buffer.byteLength(part)
    if (bytes > maxBytes) return { packet, rest: texts.slice(index) }
    packet += part
  }
  return { packet, rest: [] }
}

/** The texts of a packet, up to where it is none. */
export function unpack(packet: string): readonly string[] {
  const texts: string[] = []
  const length = /([0-9]{1,7}):/y
  for (let match = length.exec(packet); match !== null; match = length.exec(packet)) {
    const end = length.lastIndex + Number(match[1])
    if (end > packet.length) break
    texts.push(packet.slice(length.lastIndex, end))
    length.lastIndex = end
  }
  return texts
}
