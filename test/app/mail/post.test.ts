/** Tests post.ts: which failures are worth another try. */
import t from 'tap'
import { MailRefusedError, type Mail } from '../../../app/mail/mail.ts'
import { createPost } from '../../../app/mail/post.ts'
import { createLetters } from '../../../app/mail/templates.ts'
import { UnavailableError } from '../../../framework/index.ts'

const MAIL: Mail = { id: 'a', to: 'a@b.c', subject: 'x', text: 'x', html: 'x' }

t.test(
  'a mail that is refused for good is told of, and one that may be taken later is tried again',
  async (t) => {
    const told: unknown[] = []
    let failure: Error | undefined
    const mails: Mail[] = []
    const post = createPost({
      letters: createLetters('http://localhost:8000'),
      mailer: {
        async send(mail) {
          if (failure !== undefined) throw failure
          mails.push(mail)
        },
        close: async () => undefined,
      },
      report: (error) => told.push(error),
    })
    await post.send(MAIL)
    t.same(mails, [MAIL])
    failure = new MailRefusedError('no such user', 550)
    await post.send(MAIL)
    t.same(told, [failure])
    failure = new UnavailableError('away')
    await t.rejects(post.send(MAIL), failure)
    t.equal(told.length, 1)
  },
)
