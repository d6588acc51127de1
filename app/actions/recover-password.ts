/** Has a link mailed by which a new password can be chosen. */
import Type from 'typebox'
import { action, perAddress, perInput, web } from '../../framework/index.ts'
import { tidyEmailAddress } from '../email-address.ts'
import type { mailRecoveryJob } from '../jobs/mail-recovery.ts'
import { noMail } from '../mail/no-mail.ts'
import { EMAIL_ADDRESS } from '../resources/user.ts'

/** @param mail undefined where no mail is sent: then it is refused before anybody is looked for */
export function recoverPasswordAction(mail: ReturnType<typeof mailRecoveryJob> | undefined) {
  return action('recover_password', {
    description:
      'Mails a link by which a new password can be chosen, for each account that has confirmed that address. The answer is the same when there is none; 503 where no mail is sent.',
    input: Type.Object({ email_address: EMAIL_ADDRESS }, { additionalProperties: false }),
    triggers: [web({ status: 202 })],
    isPublic: true,
    limits: [
      perAddress({ count: 20, seconds: 3600 }),
      // Nobody's inbox is filled by others.
      perInput('email_address', { count: 3, seconds: 900 }),
    ],
    examples: [{ name: 'An address', input: { email_address: 'tim@example.org' } }],
    async run({ email_address }, { jobs }) {
      if (mail === undefined) throw noMail()
      await jobs.send(mail, { email_address: tidyEmailAddress(email_address) })
    },
  })
}
