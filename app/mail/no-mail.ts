/** What is answered to who asks for mail where none is sent. */
import { UnavailableError } from '../../framework/index.ts'

/** Somebody has to change the configuration first. */
const RETRY_SECONDS = 3600

/** The same whoever asks: it is found before anybody is looked for. */
export function noMail(): UnavailableError {
  return new UnavailableError('This server sends no mail. Ask who runs it.', {
    retryAfterSeconds: RETRY_SECONDS,
  })
}
