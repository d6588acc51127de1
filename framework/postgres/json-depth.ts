/** Keeps JSON away from PGlite that is nested so deep that PGlite would break off in the middle. */

import { InvalidError } from '../errors.ts'
import type { Parameter } from './database.ts'

/** The limit of the API is lower; this one is the last line. */
const MAX_DEPTH = 64
/** A shorter text can't be that deep. */
const MIN_LENGTH = 2 * MAX_DEPTH

/** @throws InvalidError for a value that is JSON nested too deep */
export function assertShallow(values: readonly Parameter[]): void {
  for (const value of values) {
    if (value !== null && value.length > MIN_LENGTH && isDeepJson(value)) {
      throw new InvalidError([{ pointer: '', detail: 'holds JSON that is nested too deep' }])
    }
  }
}

/** Brackets alone don't make JSON: a person may write a row of them. */
function isDeepJson(text: string): boolean {
  return (text[0] === '{' || text[0] === '[') && isDeep(text) && isJson(text)
}

function isDeep(text: string): boolean {
  let depth = 0
  let isInString = false
  for (let at = 0; at < text.length && depth <= MAX_DEPTH; at += 1) {
    const sign = text[at]
    if (isInString && sign === '\\') at += 1
    else if (sign === '"') isInString = !isInString
    else if (!isInString && (sign === '{' || sign === '[')) depth += 1
    else if (!isInString && (sign === '}' || sign === ']')) depth -= 1
  }
  return depth > MAX_DEPTH
}

function isJson(text: string): boolean {
  try {
    JSON.parse(text)
    return true
  } catch {
    return false
  }
}
