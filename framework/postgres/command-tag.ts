/** What PostgreSQL says at the end of a statement: which command it was, and how many rows it was about. */

/** The parts of a tag. */
export interface CommandTag {
  /** Its first word: `INSERT`, `COMMIT`, … */
  readonly command: string
  /** 0 where rows are not counted. */
  readonly rowCount: number
}

/** A tag is `SELECT 5`, `INSERT 0 1`, `CREATE TABLE`: words, and at the end the number of rows, if they are counted. */
export function parseCommandTag(tag: string): CommandTag {
  const wordEnd = tag.indexOf(' ')
  if (wordEnd === -1) return { command: tag, rowCount: 0 }
  const rowCount = Number(tag.slice(tag.lastIndexOf(' ') + 1))
  return { command: tag.slice(0, wordEnd), rowCount: Number.isNaN(rowCount) ? 0 : rowCount }
}
