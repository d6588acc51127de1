/** That a webhook goes signed to the address that was judged, and nowhere else, and what is not taken is told. */
import { Webhook as Verifier } from 'standardwebhooks'
import t from 'tap'
import {
  sendWebhook,
  WebhookError,
  type WebhookOptions,
} from '../../../framework/action/webhook.ts'
import { newWebhookSecret } from '../../../framework/action/webhook-secret.ts'
import { openWebhookEndpoint } from '../../kit/webhook-endpoint.ts'

const secret = newWebhookSecret()
const payload = { type: 'note.created', timestamp: '2026-11-20T12:00:00.000Z', data: { id: 'é' } }
const webhook = { id: 'a', secrets: [secret], payload }
/** The endpoint of a test is on this machine. */
const HERE: WebhookOptions = {
  isAllowed: (address) => address === '127.0.0.1',
  addressesOf: async () => ['127.0.0.1'],
  isEncryptionNeeded: false,
}

/** What a webhook comes to, as a word. */
async function failureOf(
  url: string,
  options: WebhookOptions = HERE,
  more: { readonly signal?: AbortSignal; readonly payload?: object } = {},
): Promise<WebhookError> {
  const error: unknown = await sendWebhook({ ...webhook, ...more, url }, options).catch(
    (error: unknown) => error,
  )
  if (error instanceof WebhookError) return error
  throw new Error(`not refused: ${url}`, { cause: error })
}

t.test('a webhook comes signed, with its id and time, to the host that it names', async (t) => {
  const { port, taken } = await openWebhookEndpoint(t)
  const asked: string[] = []
  const addressesOf = async (host: string): Promise<readonly string[]> => {
    asked.push(host)
    return ['127.0.0.1']
  }
  const url = `http://hooks.example:${String(port)}/a?b=c`
  await sendWebhook({ ...webhook, url }, { ...HERE, addressesOf })
  t.same(asked, ['hooks.example'], 'it was looked up once')
  const [one] = taken.all
  if (one === undefined) throw new Error('nothing came')
  t.match(one.headers, {
    host: `hooks.example:${String(port)}`,
    'content-type': 'application/json',
    'webhook-id': 'a',
  })
  t.same(new Verifier(secret).verify(one.body, one.headers), payload)
})

t.test('nothing is sent to what is not the public internet', async (t) => {
  const { port, taken } = await openWebhookEndpoint(t)
  const usual = { isEncryptionNeeded: false }
  const at = (host: string): string => `http://${host}:${String(port)}/`
  const hosts = ['127.0.0.1', 'localhost', '2130706433', '0x7f.1', '0177.0.0.1', '[::1]', '[::ffff:127.0.0.1]', '0', '169.254.169.254'] // prettier-ignore
  for (const host of hosts) {
    t.match(await failureOf(at(host), usual), { status: undefined, message: /nothing is sent to/ })
  }
  for (const addresses of [[], ['127.0.0.1'], ['1.1.1.1', '127.0.0.1'], ['::ffff:1.1.1.1']]) {
    const options = { ...usual, addressesOf: async () => addresses }
    t.match(await failureOf(at('hooks.example'), options), { message: /nothing is sent to/ })
  }
  t.same(taken.all, [])
})

t.test('an endpoint is of https, and has no password', async (t) => {
  const { port } = await openWebhookEndpoint(t)
  const here = `127.0.0.1:${String(port)}`
  for (const url of ['', 'hooks', 'file:///etc/passwd', `ftp://${here}`, `http://a:b@${here}`]) {
    t.match(await failureOf(url), { message: /is no address/ })
  }
  const { isAllowed = () => false } = HERE
  t.match(await failureOf(`http://${here}`, { isAllowed }), { message: /is no address/ })
  t.match(await failureOf(`https://${here}`, { isAllowed }), { message: /could not be reached/ })
})

t.test('any answer but 2xx is a failure, and redirects are not followed', async (t) => {
  const other = await openWebhookEndpoint(t)
  let status = 200
  const { port } = await openWebhookEndpoint(t, (response) => {
    response.writeHead(status, { location: `http://127.0.0.1:${String(other.port)}/` }).end('x')
  })
  const url = `http://127.0.0.1:${String(port)}/`
  for (status of [200, 201, 299]) await sendWebhook({ ...webhook, url }, HERE)
  for (status of [301, 307, 400, 410, 500]) t.equal((await failureOf(url)).status, status)
  t.same(other.taken.all, [])
})

t.test('an answer without end is not read', async (t) => {
  const closed = Promise.withResolvers<undefined>()
  const { port } = await openWebhookEndpoint(t, (response) => {
    response.writeHead(200)
    const write = (): void => {
      while (response.write('x'.repeat(65_536)));
    }
    response.on('drain', write)
    response.on('close', () => closed.resolve(undefined))
    write()
  })
  await sendWebhook({ ...webhook, url: `http://127.0.0.1:${String(port)}/` }, HERE)
  await closed.promise
})

t.test('what takes too long is given up, to the look-up of its host', async (t) => {
  const { port } = await openWebhookEndpoint(t, () => undefined)
  const url = `http://hooks.example:${String(port)}/`
  const failure = await failureOf(url, { ...HERE, timeoutMs: 50 })
  t.match(failure.message, /given up|could not be reached/)
  const never = { ...HERE, timeoutMs: 50, addressesOf: () => new Promise<never>(() => undefined) }
  t.match(await failureOf(url, never), { message: 'The endpoint was given up.' })
  const signal = AbortSignal.abort()
  t.match(await failureOf(url, HERE, { signal }), { message: 'The endpoint was given up.' })
})

t.test('what can’t be sent is not', async (t) => {
  const { port, taken } = await openWebhookEndpoint(t)
  const url = `http://127.0.0.1:${String(port)}/`
  const large = { type: 'a', data: 'x'.repeat(262_144) }
  t.match(await failureOf(url, HERE, { payload: large }), { message: /too many/ })
  const addressesOf = (): Promise<never> => Promise.reject(new Error('ENOTFOUND'))
  const lost = await failureOf('http://hooks.example/', { ...HERE, addressesOf })
  t.match(lost, { message: /could not be reached/, cause: { message: 'ENOTFOUND' } })
  t.same(taken.all, [])
})
