/** That whatever goes wrong is answered with a problem, and none tells what its caller may not know. */
import { Duplex } from 'node:stream'
import type { Socket } from 'node:net'
import t from 'tap'
import {
  ConflictError,
  ForbiddenError,
  InternalError,
  InvalidError,
  TooManyRequestsError,
  UnauthenticatedError,
} from '../../../framework/errors.ts'
import { ExtendedError, HttpError } from '../../../framework/http/http-error.ts'
import { handleClientError } from '../../../framework/http/problem-handler.ts'
import { openBareHttp } from '../../kit/bare-http.ts'

t.test('every error is a problem of its own', async (t) => {
  const invalid = new InvalidError([{ pointer: '/a', detail: 'is wrong' }])
  const cases: readonly (readonly [unknown, number, object, object?])[] = [
    [invalid, 400, { type: '/problems/invalid', errors: [{ pointer: '/a', detail: 'is wrong' }] }],
    [
      new UnauthenticatedError(),
      401,
      { type: '/problems/unauthenticated' },
      { 'www-authenticate': 'Bearer' },
    ],
    [new ForbiddenError(), 403, { type: '/problems/forbidden' }],
    [new ConflictError('taken'), 409, { type: '/problems/conflict', detail: 'taken' }],
    [
      new TooManyRequestsError(1.2),
      429,
      { type: '/problems/too_many_requests' },
      { 'retry-after': '2' },
    ],
    [new HttpError(418), 418, { type: 'about:blank', title: "I'm a Teapot" }],
    [new ExtendedError(invalid, { error: 'x' }), 400, { type: '/problems/invalid', error: 'x' }],
  ]
  let thrown: unknown
  const app = await openBareHttp(t, {}, (app) => {
    app.get('/throw', async () => {
      throw thrown
    })
  })
  for (const [error, status, problem, headers = {}] of cases) {
    thrown = error
    const response = await app.inject('/throw?a=secret')
    t.equal(response.statusCode, status)
    t.match(response.json(), { ...problem, status, instance: '/throw' })
    t.match(response.headers, {
      'content-type': 'application/problem+json',
      'cache-control': 'no-store',
      ...headers,
    })
  }
})

t.test('what is no error of ours tells nothing of itself', async (t) => {
  const errors: readonly unknown[] = [
    new InternalError('secret'),
    new TypeError('secret'),
    Object.assign(new TypeError('secret'), { statusCode: 418, message: 'secret', code: 'secret' }),
    Object.assign(new TypeError('secret'), { statusCode: 503, code: 'x' }),
    'secret',
    undefined,
    null,
    { statusCode: 400, message: 'secret' },
  ]
  let thrown: unknown
  const app = await openBareHttp(t, {}, (app) => {
    app.get('/throw', async () => {
      throw thrown
    })
  })
  for (const error of errors) {
    thrown = error
    const response = await app.inject('/throw')
    t.ok([500, 418].includes(response.statusCode))
    t.equal(response.headers['content-type'], 'application/problem+json')
    t.notMatch(response.body, 'secret')
  }
})

t.test('a URL that is none is told so, with all headers of an answer', async (t) => {
  const app = await openBareHttp(t)
  for (const path of ['/actions/%ff', '/actions/%', '/%zz', '/actions/%c0%80']) {
    const response = await app.inject(path)
    t.equal(response.statusCode, 400, path)
    t.match(response.json(), {
      type: '/problems/invalid',
      errors: [{ detail: 'The path is not percent-encoded UTF-8.' }],
    })
    t.equal(response.headers['x-content-type-options'], 'nosniff')
  }
})

t.test(
  'bytes that are no request are answered with a problem, and the socket is closed',
  async (t) => {
    const cases = [
      ['HPE_INVALID_METHOD', 400, 'Invalid input'],
      ['HPE_HEADER_OVERFLOW', 431, 'Request Header Fields Too Large'],
      ['ERR_HTTP_REQUEST_TIMEOUT', 408, 'Request Timeout'],
      [undefined, 400, 'Invalid input'],
    ] as const
    for (const [code, status, title] of cases) {
      const text = await answerTo(code)
      const [head = '', body = ''] = text.split('\r\n\r\n')
      t.match(head, new RegExp(`^HTTP/1.1 ${status} `))
      t.match(head, /Content-Type: application\/problem\+json\r\n.*Connection: close/s)
      t.match(head, `Content-Length: ${Buffer.byteLength(body)}`)
      t.match(JSON.parse(body), { status, title })
    }
    t.equal(await answerTo('ECONNRESET'), '', 'nobody is there')
  },
)

async function answerTo(code: string | undefined): Promise<string> {
  const written: Buffer[] = []
  const socket = new Duplex({
    read: () => undefined,
    write(chunk: Buffer, _encoding, done) {
      written.push(chunk)
      done()
    },
    final(done) {
      done()
      this.destroy()
    },
  })
  const closed = new Promise((resolve) => socket.once('close', resolve))
  const error = Object.assign(new TypeError('x'), code === undefined ? {} : { code })
  handleClientError(error, socket as unknown as Socket) // only its writing side is used
  await closed
  return Buffer.concat(written).toString()
}
