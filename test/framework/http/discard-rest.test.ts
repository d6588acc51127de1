/** That who sends too much is answered, and that no more is read of it than is good. */
import { once } from 'node:events'
import { request as send, type IncomingMessage } from 'node:http'
import { PassThrough, Readable } from 'node:stream'
import t, { type Test } from 'tap'
import { discardRest } from '../../../framework/http/discard-rest.ts'
import { takeBodies } from '../../../framework/http/body.ts'
import { openBareHttp } from '../../kit/bare-http.ts'

/** So long that a test which waits for it fails. */
const NEVER_MS = 600_000
const MEGABYTE = Buffer.alloc(1_000_000, 0x20)
const HEADERS = { 'content-type': 'application/json' }

async function openTaking(t: Test) {
  const app = await openBareHttp(t, {}, (app) => {
    takeBodies(app, 'application/json')
    app.post('/take', async () => 'taken')
  })
  return app.listen({ host: '127.0.0.1', port: 0 })
}

/** Sends ten megabytes as a client does that looks for its answer when it has sent all. */
async function post(url: string, headers: Readonly<Record<string, string | number>>) {
  const request = send(`${url}/take`, { method: 'POST', headers: { ...HEADERS, ...headers } })
  const answered = once(request, 'response') as Promise<[IncomingMessage]>
  Readable.from(Array.from({ length: 10 }, () => MEGABYTE)).pipe(request)
  const [response] = await answered
  response.resume()
  return response
}

t.test('who sends more than is taken is told so, whatever is said of the length', async (t) => {
  const url = await openTaking(t)
  for (const headers of [{ 'content-length': 10_000_000 }, { 'transfer-encoding': 'chunked' }]) {
    for (const connection of ['close', 'keep-alive']) {
      const { statusCode, headers: told } = await post(url, { ...headers, connection })
      t.equal(statusCode, 413)
      t.match(told, { 'content-type': 'application/problem+json', connection: 'close' })
    }
  }
})

t.test('what is over already is not waited for', async (t) => {
  const ended = Readable.from([])
  await once(ended.resume(), 'end')
  await t.resolves(discardRest(ended, { bytes: 1, ms: NEVER_MS }))
  const broken = new PassThrough()
  const discarded = discardRest(broken, { bytes: 1, ms: NEVER_MS })
  broken.destroy()
  await t.resolves(discarded)
  await t.resolves(discardRest(broken, { bytes: 1, ms: NEVER_MS }))
})

t.test('no more is read than the limits say', async (t) => {
  const endless = new PassThrough()
  const full = discardRest(endless, { bytes: 5, ms: NEVER_MS })
  endless.write('abc')
  endless.write('def')
  await full
  t.equal(endless.isPaused(), true)
  const silent = new PassThrough()
  await discardRest(silent, { bytes: 5, ms: 1 })
  t.same([silent.isPaused(), silent.listenerCount('data')], [true, 0])
})
