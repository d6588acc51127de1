/** What a person is called, kept tidy whichever way it is written. */
import { InvalidError } from '../framework/index.ts'

/**
 * Takes needless spaces out of a name, and gives equal names equal code points.
 * @param pointer where the name stands in what the caller sent
 * @throws InvalidError when nothing is left
 */
export function tidyFullName(fullName: string, pointer: string): string {
  const tidied = fullName.normalize('NFC').trim().replaceAll(/\s+/gu, ' ')
  if (tidied === '') throw new InvalidError([{ pointer, detail: 'must not be blank' }])
  return tidied
}
