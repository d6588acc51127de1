/** What a person is called, kept tidy whichever way it is written. */
import { InvalidError } from '../framework/index.ts'

/**
 * Control characters, those that nobody sees, which turn the direction of writing or make two names look alike, and those that mean
 * nothing. Two joiners are a part of writing in some languages.
 */
const HIDDEN = /[\p{C}--[\u200c\u200d]]/v

/**
 * Takes needless spaces out of a name, and gives equal names equal code points.
 * @param pointer where the name stands in what the caller sent
 * @throws InvalidError when nothing is left to see, or something in it is hidden
 */
export function tidyFullName(fullName: string, pointer: string): string {
  const tidied = fullName.normalize('NFC').trim().replaceAll(/\s+/gu, ' ')
  if (HIDDEN.test(tidied)) {
    throw new InvalidError([{ pointer, detail: 'must not have characters that are not seen' }])
  }
  if (/^[\s\u200c\u200d]*$/u.test(tidied)) {
    throw new InvalidError([{ pointer, detail: 'must not be blank' }])
  }
  return tidied
}
