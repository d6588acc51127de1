/** Tests mailer.ts: which way mail goes, and what is said of it at the start. */
import { test } from 'tap'
import { openMailRoute } from '../../../app/mail/mailer.ts'
import { parseSmtpUrl } from '../../../app/mail/smtp-url.ts'
import { startSmtpServer } from '../../kit/smtp-server.ts'

const mailFrom = { name: '', address: 'no-reply@example.org' }
const MAIL = { id: 'a', to: 'tim@example.org', subject: 'x', text: 'x', html: '<p>x</p>' }

test('with SMTP_URL mail goes there, in development too', async (t) => {
  // Its certificate is known to nobody.
  const { port, arrived } = await startSmtpServer(t, { disabledCommands: ['STARTTLS'] })
  const smtpServer = parseSmtpUrl(`smtp://localhost:${port}`)
  for (const isProduction of [true, false]) {
    const { mailer, plugins, description } = openMailRoute({ smtpServer, mailFrom, isProduction })
    await mailer?.send(MAIL)
    await mailer?.close()
    t.same(plugins, [])
    t.equal(description, `by localhost:${port}, from no-reply@example.org`)
  }
  t.match(arrived.all, [{ from: mailFrom.address }, { from: mailFrom.address }])
})

test('its login is not told', (t) => {
  const smtpServer = parseSmtpUrl('smtp://ann:canary@localhost')
  const { description } = openMailRoute({ smtpServer, mailFrom, isProduction: true })
  t.notMatch(description, /ann|canary/)
  t.end()
})

test('without it, mail is shown in development, and in production the start says what is missing', async (t) => {
  const shown = openMailRoute({ smtpServer: undefined, mailFrom, isProduction: false })
  await shown.mailer?.send(MAIL)
  t.equal(shown.plugins.length, 1)
  t.match(shown.description, '/sent-mails')
  const none = openMailRoute({ smtpServer: undefined, mailFrom, isProduction: true })
  t.equal(none.mailer, undefined)
  t.same(none.plugins, [])
  t.match(none.description, /SMTP_URL.*passwords.*503/)
})
