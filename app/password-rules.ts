/** Which passwords may be chosen here (NIST SP 800-63B-4 §3.1.1.2). */
import Type from 'typebox'
import { checkPassword, InvalidError } from '../framework/index.ts'

/** A password that somebody chooses. */
export const NEW_PASSWORD = Type.String({
  minLength: 8,
  maxLength: 256,
  description: 'Common passwords are refused.',
})

/** A password that somebody proves to know. */
export const PASSWORD = Type.String({ minLength: 1, maxLength: 256 })

/** What a password here is guessed to be. */
const SERVICE_WORDS = Object.freeze(['holdfast', 'messenger'])

/** Whose password it is to be, and where it stands in what was sent. */
export interface PasswordPlace {
  readonly username: string
  readonly pointer: string
}

/** @throws InvalidError for one that is too short, too long, common, or the user's own name */
export function refuseWeakPassword(password: string, place: PasswordPlace): void {
  const faults = checkPassword(password, { ...place, serviceWords: SERVICE_WORDS })
  if (faults.length > 0) throw new InvalidError(faults)
}
