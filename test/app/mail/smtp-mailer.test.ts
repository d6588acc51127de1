/** Tests smtp-mailer.ts against a real SMTP server: what arrives, how it is encrypted, and what a failure is told as. */
import { once } from 'node:events'
import { createServer, type AddressInfo, type Socket } from 'node:net'
import { test, type Test } from 'tap'
import { MailRefusedError, type Mail, type Mailer } from '../../../app/mail/mail.ts'
import { createSmtpMailer, type SmtpMailerOptions } from '../../../app/mail/smtp-mailer.ts'
import { parseSmtpUrl } from '../../../app/mail/smtp-url.ts'
import { UnavailableError } from '../../../framework/index.ts'
import { LOCALHOST_CERTIFICATE } from '../../kit/localhost-certificate.ts'
import { smtpAnswer, startSmtpServer } from '../../kit/smtp-server.ts'

const MAIL: Mail = {
  id: 'job-1',
  to: 'tim@example.org',
  subject: 'Grüße, with “quotes”',
  text: 'Line one\n.\nfrom a dot: ä\n',
  html: '<p>ä &amp; <b>b</b></p>',
}
const FROM = Object.freeze({ name: 'Holdfast, Ltd', address: 'no-reply@mail.example.org' })
const AUTHORITIES = LOCALHOST_CERTIFICATE

function open(t: Test, url: string, options: Partial<SmtpMailerOptions> = {}): Mailer {
  const server = parseSmtpUrl(url)
  if (server === undefined) throw new RangeError(url)
  const mailer = createSmtpMailer({ server, from: FROM, authorities: AUTHORITIES, ...options })
  t.teardown(() => mailer.close())
  return mailer
}

/** What sending a mail comes to. */
async function failureOf(mailer: Mailer, mail: Partial<Mail> = {}): Promise<unknown> {
  return mailer.send({ ...MAIL, ...mail }).catch((error: unknown) => error)
}

test('a mail arrives whole, as text and as HTML, to one person', async (t) => {
  const { port, arrived } = await startSmtpServer(t)
  const mailer = open(t, `smtp://localhost:${port}`)
  await mailer.send(MAIL)
  const [mail] = arrived.all
  t.match(mail, {
    from: 'no-reply@mail.example.org',
    recipients: ['tim@example.org'],
    isEncrypted: true,
    user: undefined,
  })
  t.match(mail?.email, {
    from: FROM,
    to: [{ address: 'tim@example.org' }],
    subject: MAIL.subject,
    text: MAIL.text,
    messageId: '<job-1@mail.example.org>',
    attachments: [],
  })
  t.equal(mail?.email.html?.trim(), MAIL.html)
  t.match(mail?.raw, /^Content-Type: multipart\/alternative;/m)
  t.match(mail?.raw, /^Auto-Submitted: auto-generated\r$/m)
  t.notMatch(mail?.raw, /^X-Mailer:/im)
})

test('a mail that is sent again bears the same id, and connections are kept', async (t) => {
  const { port, arrived, connections } = await startSmtpServer(t)
  const mailer = open(t, `smtp://localhost:${port}`)
  await mailer.send(MAIL)
  await mailer.send(MAIL)
  await mailer.send({ ...MAIL, id: 'job-2' })
  t.same(
    arrived.all.map(({ email }) => email.messageId),
    ['<job-1@mail.example.org>', '<job-1@mail.example.org>', '<job-2@mail.example.org>'],
  )
  t.equal(connections.all.length, 1)
})

test('smtps: is encrypted from the start, and a login is brought', async (t) => {
  const logins: unknown[] = []
  const { port, arrived } = await startSmtpServer(t, {
    secure: true,
    authOptional: false,
    onAuth({ username, password }, _session, done) {
      logins.push([username, password])
      done(null, { user: username ?? '' })
    },
  })
  await open(t, `smtps://ann%40example.org:p%3As%2F%40s@localhost:${port}`).send(MAIL)
  t.same(logins, [['ann@example.org', 'p:s/@s']])
  t.match(arrived.all, [{ isEncrypted: true, user: 'ann@example.org' }])
})

test('a certificate that nobody vouches for is refused, with STARTTLS and without', async (t) => {
  for (const secure of [true, false]) {
    const { port, arrived } = await startSmtpServer(t, { secure })
    const url = `${secure ? 'smtps' : 'smtp'}://localhost:${port}`
    const server = parseSmtpUrl(url)
    if (server === undefined) throw new RangeError(url)
    const mailer = createSmtpMailer({ server, from: FROM })
    t.teardown(() => mailer.close())
    const failure = await failureOf(mailer)
    t.ok(failure instanceof UnavailableError, url)
    t.match(failure, { cause: { message: /self-signed certificate/ } })
    t.same(arrived.all, [])
  }
})

test('without TLS a mail is sent where nobody offers it, but never a password', async (t) => {
  const disabledCommands = ['STARTTLS']
  const { port, arrived } = await startSmtpServer(t, { disabledCommands })
  await open(t, `smtp://localhost:${port}`).send(MAIL)
  t.match(arrived.all, [{ isEncrypted: false }])

  const logins: unknown[] = []
  const greedy = await startSmtpServer(t, {
    disabledCommands,
    allowInsecureAuth: true,
    onAuth({ username }, _session, done) {
      logins.push(username)
      done(null, { user: username ?? '' })
    },
  })
  const failure = await failureOf(open(t, `smtp://ann:secret@localhost:${greedy.port}`))
  t.ok(failure instanceof UnavailableError)
  t.same(logins, [])
  t.same(greedy.arrived.all, [])
})

test('what a server refuses for good is told apart from what it may take later', async (t) => {
  type Stage = 'onMailFrom' | 'onRcptTo' | 'onData' | 'onAuth' | 'onConnect'
  const cases: readonly (readonly [Stage, number, boolean, RegExp])[] = [
    ['onMailFrom', 550, true, /refuses the mail \(MAIL 550/],
    ['onMailFrom', 530, false, /takes no mail now \(MAIL 530/],
    ['onMailFrom', 451, false, /takes no mail now \(MAIL 451/],
    ['onRcptTo', 550, true, /refuses the mail \(RCPT 550/],
    ['onRcptTo', 450, false, /takes no mail now \(RCPT 450/],
    ['onData', 554, true, /refuses the mail \(DATA 554/],
    ['onData', 452, false, /takes no mail now \(DATA 452/],
    ['onAuth', 535, false, /takes no mail now \(AUTH 535/],
    ['onConnect', 554, false, /takes no mail now \(CONN 554/],
    ['onConnect', 421, false, /takes no mail now \(CONN 421/],
  ]
  for (const [stage, status, isRefused, message] of cases) {
    const refuse = (...args: readonly unknown[]): void => {
      const done = args.at(-1) as (error: Error) => void // the callback comes last in all of them
      done(smtpAnswer(status, 'canary tim@example.org'))
    }
    const { port, arrived } = await startSmtpServer(t, {
      [stage]: refuse,
      ...(stage === 'onData' && {
        onData(stream, _session, done) {
          stream.resume().once('end', () => done(smtpAnswer(status, 'canary tim@example.org')))
        },
      }),
    })
    const login = stage === 'onAuth' ? 'ann:secret@' : ''
    const failure = await failureOf(open(t, `smtp://${login}localhost:${port}`))
    const told = `${stage} ${status}`
    t.equal(failure instanceof MailRefusedError, isRefused, told)
    t.equal(failure instanceof UnavailableError, !isRefused, told)
    t.match(failure, { message, ...(isRefused ? { status } : {}) }, told)
    t.notMatch(stringsIn(failure), /canary|tim@|secret/, 'neither address nor words of the server')
    t.same(arrived.all, [])
  }
})

/** What a log could write of an error. */
function stringsIn(error: unknown): string {
  if (!(error instanceof Error)) return String(error)
  const own = Object.entries(error).map(([name, value]) => `${name}: ${String(value)}`)
  return [error.message, error.stack, ...own, stringsIn(error.cause)].join('\n')
}

test('a mail that is larger than the server takes is refused for good', async (t) => {
  const { port } = await startSmtpServer(t, { size: 2000, rejectOversized: true })
  const mailer = open(t, `smtp://localhost:${port}`)
  t.ok((await failureOf(mailer, { text: 'x'.repeat(5000) })) instanceof MailRefusedError)
  await mailer.send(MAIL)
})

test('no header, recipient or command comes in by a mail', async (t) => {
  const { port, arrived, connections } = await startSmtpServer(t)
  const mailer = open(t, `smtp://localhost:${port}`)
  const bad: readonly Partial<Mail>[] = [
    { to: 'tim@example.org\r\nBcc: eve@example.org' },
    { to: 'tim@example.org\nRCPT TO:<eve@example.org>' },
    { to: 'tim@example.org, eve@example.org' },
    { to: 'friends: tim@example.org, eve@example.org;' },
    { to: '<eve@example.org> tim@example.org' },
    { to: '"eve@example.org> "@example.org' },
    { to: 'tim@example.org (eve@example.org)' },
    { to: 'tim@exämple.org' },
    { to: 'mıke@example.org' },
    { to: '' },
    { subject: 'Hello\r\nBcc: eve@example.org' },
    { subject: 'Hello\nX: y' },
    { subject: 'Hello\0' },
    { subject: 'x'.repeat(201) },
    { id: 'a>\r\nBcc: eve@example.org' },
    { id: 'a@b' },
    { id: '' },
  ]
  for (const mail of bad) {
    const failure = await failureOf(mailer, mail)
    t.ok(failure instanceof MailRefusedError, JSON.stringify(mail))
    t.match(failure, { status: undefined })
    t.notMatch(stringsIn(failure), /eve/)
  }
  t.same(connections.all, [], 'no server was asked')

  const text = '\r\n.\r\nMAIL FROM:<eve@example.org>\r\nRCPT TO:<eve@example.org>\r\n'
  const html = '<img src="file:///etc/passwd"><p>.</p>'
  await mailer.send({ ...MAIL, to: "o'neil+x@example.org", text, html })
  t.match(arrived.all, [{ recipients: ["o'neil+x@example.org"] }])
  t.equal(arrived.all[0]?.email.text?.trim(), text.replaceAll('\r', '').trim())
  t.equal(arrived.all[0]?.email.html?.trim(), html, 'nothing is put in')
})

test('a server that is away or slow is given up in time', async (t) => {
  const shut = createServer().listen(0, '127.0.0.1')
  await once(shut, 'listening')
  const { port } = shut.address() as AddressInfo
  shut.close()
  await once(shut, 'close')
  const away = await failureOf(open(t, `smtp://localhost:${port}`))
  t.ok(away instanceof UnavailableError)
  t.match(away, { message: 'The mail server is away.', cause: { message: /ECONNREFUSED/ } })

  const silent = await startTalker(t, () => undefined)
  const mute = await failureOf(open(t, `smtp://localhost:${silent}`, { answerLimitMs: 50 }))
  t.ok(mute instanceof UnavailableError)
  t.match(mute, { cause: { code: 'ETIMEDOUT' } })

  const trickle = await startTalker(t, (socket) => {
    socket.write('220-wait\r\n')
    const timer = setInterval(() => socket.write('220-wait\r\n'), 5)
    socket.once('close', () => clearInterval(timer))
  })
  const slow = await failureOf(open(t, `smtp://localhost:${trickle}`, { sendLimitMs: 100 }))
  t.ok(slow instanceof UnavailableError, 'however much it talks')
})

/** A server that says what it likes. */
async function startTalker(t: Test, talk: (socket: Socket) => void): Promise<number> {
  const sockets = new Set<Socket>()
  const server = createServer((socket) => {
    sockets.add(socket.on('error', () => undefined))
    talk(socket)
  }).listen(0, '127.0.0.1')
  await once(server, 'listening')
  t.teardown(() => {
    for (const socket of sockets) socket.destroy()
    server.close()
  })
  return (server.address() as AddressInfo).port
}

test('a connection that the server has closed meanwhile is made again', async (t) => {
  const { port, arrived, connections } = await startSmtpServer(t)
  const mailer = open(t, `smtp://localhost:${port}`)
  await mailer.send(MAIL)
  for (const socket of connections.all) socket.destroy()
  await mailer.send({ ...MAIL, id: 'job-2' })
  t.equal(arrived.all.length, 2)
  t.equal(connections.all.length, 2)
})

test('the end waits for a mail under way, but not for ever, and then nothing is taken', async (t) => {
  const asked = Promise.withResolvers<undefined>()
  const answer = Promise.withResolvers<undefined>()
  const { port, arrived } = await startSmtpServer(t, {
    onRcptTo(_address, _session, done) {
      asked.resolve(undefined)
      void answer.promise.then(() => done())
    },
  })
  const mailer = open(t, `smtp://localhost:${port}`)
  const sent = mailer.send(MAIL)
  await asked.promise
  const closed = mailer.close()
  answer.resolve(undefined)
  await sent
  await closed
  t.equal(arrived.all.length, 1)
  t.ok((await failureOf(mailer)) instanceof UnavailableError)

  const begun = Promise.withResolvers<undefined>()
  const stuck = await startSmtpServer(t, { onRcptTo: () => begun.resolve(undefined) })
  const patient = open(t, `smtp://localhost:${stuck.port}`, { closeLimitMs: 20 })
  const failed = failureOf(patient)
  await begun.promise
  await patient.close()
  t.ok((await failed) instanceof UnavailableError)
})

test('after the end no connection stays open', async (t) => {
  const { port, ended } = await startSmtpServer(t)
  const mailer = open(t, `smtp://localhost:${port}`)
  await mailer.send(MAIL)
  await mailer.close()
  t.equal((await ended.until((all) => all.length === 1)).length, 1)
})
