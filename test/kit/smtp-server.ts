/** A real SMTP server, which reads what it is given with another parser than the one that wrote it. */
import { once } from 'node:events'
import type { AddressInfo, Socket } from 'node:net'
import PostalMime, { type Email } from 'postal-mime'
import { SMTPServer, type SMTPServerOptions } from 'smtp-server'
import type { Test } from 'tap'
import { createGathering, type Gathering } from './gathering.ts'
import { LOCALHOST_CERTIFICATE, LOCALHOST_KEY } from './localhost-certificate.ts'

/** What has arrived. */
export interface ArrivedMail {
  readonly from: string
  readonly recipients: readonly string[]
  readonly isEncrypted: boolean
  /** Whoever has logged in. */
  readonly user: string | undefined
  readonly raw: string
  readonly email: Email
}

/** A server on this machine. It ends with its test. */
export interface TestSmtpServer {
  readonly port: number
  readonly arrived: Gathering<ArrivedMail>
  /** How many connections have been made. */
  readonly connections: Gathering<Socket>
  /** Those that have ended, by the server's name for them. */
  readonly ended: Gathering<string>
}

/** Starts a server; without options it takes every mail, and offers STARTTLS with a certificate of its own making. */
export async function startSmtpServer(
  t: Test,
  options: SMTPServerOptions = {},
): Promise<TestSmtpServer> {
  const arrived = createGathering<ArrivedMail>()
  const connections = createGathering<Socket>()
  const ended = createGathering<string>()
  const server = new SMTPServer({
    key: LOCALHOST_KEY,
    cert: LOCALHOST_CERTIFICATE,
    authOptional: true,
    disableReverseLookup: true,
    closeTimeout: 100,
    onClose: ({ id }) => ended.add(id),
    onData(stream, { envelope, secure, user }, done) {
      stream.toArray().then(async (chunks: readonly Buffer[]) => {
        const raw = Buffer.concat(chunks).toString('latin1')
        arrived.add({
          from: envelope.mailFrom === false ? '' : envelope.mailFrom.address,
          recipients: envelope.rcptTo.map(({ address }) => address),
          isEncrypted: secure,
          user: typeof user === 'string' ? user : undefined,
          raw,
          email: await PostalMime.parse(Buffer.concat(chunks)),
        })
        done()
      }, done)
    },
    ...options,
  })
  // A client that cuts the connection, or does not like the certificate, is no fault of the server's.
  server.on('error', () => undefined)
  const listening = server.listen(0, '127.0.0.1')
  listening.on('connection', (socket: Socket) => connections.add(socket))
  await once(listening, 'listening')
  t.teardown(() => new Promise<void>((resolve) => server.close(() => resolve())))
  return { port: (listening.address() as AddressInfo).port, arrived, connections, ended }
}

/** What a server answers instead: `status` is the code, the text tells more than a log may hold. */
export function smtpAnswer(status: number, text: string): Error {
  return Object.assign(new AggregateError([], text), { responseCode: status })
}
