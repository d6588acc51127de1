/** Reads just enough of HTTP/1.1 to know that an answer has come whole, and has the right status. */

/** Reads the answers of one connection, one after another. */
export interface AnswerReader {
  /**
   * Takes the next bytes. @returns whether they end an answer
   * @throws Error for another status, and for what it can't read
   */
  isWhole(chunk: Buffer): boolean
}

const HEAD_END = '\r\n\r\n'
const LAST_CHUNK = '0\r\n\r\n'
const STATUS_START = 'HTTP/1.1 '.length
const SHOWN_CHARACTERS = 600

/** `status` is what every answer must have. */
export function createAnswerReader(status: number): AnswerReader {
  const expected = String(status)
  let parts = ''
  /** Bytes of the body that are still to come; undefined before the head is there; infinite when the body is chunked. */
  let left: number | undefined

  function readHead(chunk: Buffer): number | undefined {
    parts += chunk.toString('latin1')
    const end = parts.indexOf(HEAD_END)
    if (end === -1) return undefined
    if (!parts.startsWith(expected, STATUS_START)) {
      throw new Error(`Expected ${expected}, not ${parts.slice(0, SHOWN_CHARACTERS)}`)
    }
    return lengthOf(parts.slice(0, end)) - (parts.length - end - HEAD_END.length)
  }

  return {
    isWhole(chunk) {
      const isFirst = left === undefined
      left = left === undefined ? readHead(chunk) : left - chunk.length
      if (left === undefined) return false
      if (left === Infinity) {
        if (!isFirst) parts = (parts + chunk.toString('latin1')).slice(-LAST_CHUNK.length)
        if (!parts.endsWith(LAST_CHUNK)) return false
      } else if (left > 0) return false
      else if (left < 0) throw new Error('An answer is longer than it says.')
      parts = ''
      left = undefined
      return true
    },
  }
}

function lengthOf(head: string): number {
  const length = /\r\ncontent-length: *([0-9]+)/i.exec(head)?.[1]
  if (length !== undefined) return Number(length)
  if (/\r\ntransfer-encoding: *chunked/i.test(head)) return Infinity
  return 0
}
