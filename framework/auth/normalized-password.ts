/** The one text of a password, whatever keyboard it came from. */

/** The shortest password that may be chosen, in code points. */
export const MIN_PASSWORD_LENGTH = 8
/** The longest password that is ever hashed, in code points. */
export const MAX_PASSWORD_LENGTH = 256
/**
 * Letters may come as base and marks, which normalising joins; a longer text is not even
 * normalised.
 */
const MAX_CODE_UNITS = 4 * MAX_PASSWORD_LENGTH

/**
 * Brings a password to NFKC (NIST SP 800-63B §5.1.1.2), so that the same one typed on another
 * system is the same; undefined when it can't be a password: empty, too long, or with half a
 * surrogate pair, which would be hashed as U+FFFD like every other half.
 */
export function normalizedPassword(password: string): string | undefined {
  if (password.length > MAX_CODE_UNITS || !password.isWellFormed()) return undefined
  const normalized = password.normalize('NFKC')
  const length = codePoints(normalized)
  return length > 0 && length <= MAX_PASSWORD_LENGTH ? normalized : undefined
}

/** The length of a text as people and NIST count it: in code points. */
export function codePoints(text: string): number {
  return [...text].length
}
