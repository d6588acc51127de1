/** Tests no-mail.ts. */
import t from 'tap'
import { noMail } from '../../../app/mail/no-mail.ts'

t.test('it says whom to ask, and not to try again soon', (t) => {
  t.match(noMail(), { code: 'unavailable', message: /Ask who runs it/, retryAfterSeconds: 3600 })
  t.end()
})
