/** That no input whatever gives anything but a problem that names the fault, and writes nothing; and how answers travel. */
import { once } from 'node:events'
import { connect } from 'node:net'
import type { Duplex } from 'node:stream'
import { Agent, request, type IncomingMessage } from 'node:http'
import { brotliDecompressSync, gunzipSync, gzipSync } from 'node:zlib'
import type { FastifyInstance } from 'fastify'
import t from 'tap'
import { ann, annsRoom, bob, openChatApi, published } from '../../kit/chat-api.ts'
import { openStoreFactory } from '../../../framework/store/open-store-factory.ts'
import { openBareHttp } from '../../kit/bare-http.ts'
import { openTestApi } from '../../kit/http.ts'
import { samples } from '../../kit/sample-resources.ts'
import { numberedId, openTestStores } from '../../kit/stores.ts'

const chat = await openChatApi(t)
const stores = await openTestStores(t, samples)
const everything = await openTestApi(t, stores, {
  factories: Object.values(samples.resources).map((one) => openStoreFactory(one as never)),
})

const JSON_TYPE = { 'content-type': 'application/json' }

t.test('a body that is dangerous is refused by name, and nothing is written', async (t) => {
  const before = await stores.store('everything').count()
  const text = (json: string): string => `{"item":{"title":"x","text":${json}}}`
  const json = (value: string): string => `{"item":{"title":"x","json":${value}}}`
  const cases: readonly (readonly [string | Buffer, string])[] = [
    ['', ''],
    ['{', ''],
    ['null', ''],
    ['[]', ''],
    ['"x"', ''],
    ['1', ''],
    ['\ufeff{}', ''],
    ['{"item":{"title":"x"},}', ''],
    ['{"item":{"title":NaN}}', ''],
    [Buffer.from('{"item":{"title":"x"}}', 'utf16le'), ''],
    [Buffer.concat([Buffer.from('{"item":{"title":"'), Buffer.from([0xff]), Buffer.from('"}}')]), ''],
    [text('"\\u0000"'), '/item/text'],
    [text('"\\ud800"'), '/item/text'],
    [text('1'), '/item/text'],
    [text('["x"]'), '/item/text'],
    [text('{"valueOf":1}'), '/item/text'],
    [text('true'), '/item/text'],
    [text(`"${'x'.repeat(4001)}"`), '/item/text'],
    ['{"item":{"title":null}}', '/item/title'],
    ['{"item":{"title":""}}', '/item/title'],
    ['{"item":{"title":"x","title":"y"}}', '/item/title'],
    ['{"item":{"title":"x","__proto__":{"title":"y"}}}', '/item/__proto__'],
    ['{"item":{"title":"x","constructor":{"prototype":{}}}}', '/item/constructor/prototype'],
    ['{"item":{"title":"x","constructor":1}}', '/item/constructor'],
    ['{"item":{"title":"x","$set":{}}}', '/item/$set'],
    ['{"item":{"title":"x","a.b":1}}', '/item/a.b'],
    ['{"item":{"title":"x","secret":"y"}}', '/item/secret'],
    ['{"item":{"title":"x","server_set":"y"}}', '/item/server_set'],
    ['{"item":{"title":"x","created_at":"2026-01-01T00:00:00Z"}}', '/item/created_at'],
    ['{"item":{"title":"x","choice":"Red"}}', '/item/choice'],
    ['{"item":{"title":"x","int":1.5}}', '/item/int'],
    ['{"item":{"title":"x","int":"1"}}', '/item/int'],
    ['{"item":{"title":"x","int":2147483648}}', '/item/int'],
    ['{"item":{"title":"x","int":9007199254740993}}', '/item/int'],
    ['{"item":{"title":"x","number":1e400}}', '/item/number'],
    ['{"item":{"title":"x","bigint":1}}', '/item/bigint'],
    ['{"item":{"title":"x","bigint":"9223372036854775808"}}', '/item/bigint'],
    ['{"item":{"title":"x","decimal":"1e5"}}', '/item/decimal'],
    ['{"item":{"title":"x","decimal":"NaN"}}', '/item/decimal'],
    ['{"item":{"title":"x","boolean":"true"}}', '/item/boolean'],
    ['{"item":{"title":"x","uuid":"9B38EB94-573F-43D6-A9E7-910757CE3F54"}}', '/item/uuid'],
    ['{"item":{"title":"x","uuid":"urn:uuid:9b38eb94-573f-43d6-a9e7-910757ce3f54"}}', '/item/uuid'],
    ['{"item":{"title":"x","uuid":"{9b38eb94-573f-43d6-a9e7-910757ce3f54}"}}', '/item/uuid'],
    ...['now', 'infinity', 'epoch', '2024-02-30T00:00:00Z', '0000-01-01T00:00:00Z', '10000-01-01T00:00:00Z',
      '+294277-01-01T00:00:00Z', '2026-01-01T23:59:60Z', '2026-01-01 00:00:00Z', '2026-01-01t00:00:00z',
      '2026-01-01T00:00:00+24:00', '2026-01-01T00:00:00.123456789Z', '2026-01-01T24:00:00Z', '2026-01-01'].map(
      (time) => [`{"item":{"title":"x","timestamp":"${time}"}}`, '/item/timestamp'] as const,
    ),
    ...['2024-02-30', '0000-01-01', '2026-13-01', 'today', '2026-01-01T00:00:00Z'].map(
      (day) => [`{"item":{"title":"x","date":"${day}"}}`, '/item/date'] as const,
    ),
    [json(`${'['.repeat(31)}${']'.repeat(31)}`), `/item/json${'/0'.repeat(30)}`],
    [json(`${'['.repeat(7000)}${']'.repeat(7000)}`), `/item/json${'/0'.repeat(30)}`],
    [json(`${'{"a":'.repeat(30_000)}1${'}'.repeat(30_000)}`), `/item/json${'/a'.repeat(30)}`],
    [json(`[${'0,'.repeat(1000)}0]`), '/item/json'],
    [json(`{${Array.from({ length: 1001 }, (_, index) => `"k${index}":0`).join()}}`), '/item/json'],
    [json('{"a":{"__proto__":{"polluted":1}}}'), '/item/json/a/__proto__'],
    [json('{"a":["\\u0000"]}'), '/item/json/a/0'],
  ] // prettier-ignore
  for (const [payload, pointer] of cases) {
    const start = performance.now()
    const response = await everything.call('POST /actions/everything', {
      payload,
      headers: JSON_TYPE,
    })
    const shown = payload.toString('latin1').slice(0, 80)
    t.equal(response.statusCode, 400, shown)
    t.equal(response.headers['content-type'], 'application/problem+json')
    t.equal(response.json<{ errors: { pointer: string }[] }>().errors[0]?.pointer, pointer, shown)
    t.ok(performance.now() - start < 1000, shown)
  }
  t.equal(await stores.store('everything').count(), before)
  t.equal(({} as Record<string, unknown>)['polluted'], undefined)
  const good = await everything.call('POST /actions/everything', {
    json: { item: { title: 'Still here' } },
  })
  t.equal(good.statusCode, 201)
})

t.test('what is allowed comes back as it came in', async (t) => {
  const item = {
    title: '\u202eRTL \u200b zalgo \u0301\u0302 👨‍👩‍👧 𝕏 ä',
    text: '<script>alert(1)</script> \' " \\ \n \t %_; drop table everything; --',
    json: { '': [null, -0.5, { constructor: 1 }], 'a\u2028b': '' },
    number: 1e300,
    int: -2147483648,
    bigint: '-9223372036854775808',
    decimal: '0.10',
    timestamp: '0001-01-01T00:00:00.000Z',
    date: '9999-12-31',
  }
  const created = await everything.call('POST /actions/everything', { json: { item } })
  t.equal(created.statusCode, 201)
  t.match(created.json(), { item })
})

t.test('10 MB are refused without being read', async (t) => {
  const payload = Buffer.alloc(10_000_000, 0x61)
  const response = await everything.call('POST /actions/everything', {
    payload,
    headers: JSON_TYPE,
  })
  t.equal(response.statusCode, 413)
  t.match(response.json(), { type: 'about:blank', title: 'Payload Too Large' })
})

t.test('keys of the wrong kind name no row', async (t) => {
  const keys = ['x', '0', '-1', '1e3', '01', ' 1', '1 ', '%201', '9007199254740993', '[]', 'null', '..%2f..', ';', '%00', '%F0%9F%98%80',
    Buffer.from('["de"]').toString('base64url'), Buffer.from('["de","1"]').toString('base64url'),
    Buffer.from('["de", 1]').toString('base64url'), 'W10', '9B38EB94-573F-43D6-A9E7-910757CE3F54', 'x'.repeat(4000)] // prettier-ignore
  for (const resource of ['everything', 'note', 'place', 'mark']) {
    for (const key of keys) {
      const response = await everything.call(`GET /actions/${resource}/${key}`)
      t.equal(response.statusCode, 404, `${resource} ${key.slice(0, 40)}`)
    }
  }
  t.equal((await everything.call(`GET /actions/everything/${'x'.repeat(5000)}`)).statusCode, 414)
  for (const key of ['%', '%zz', '%ff', '%c0%80']) {
    t.equal((await everything.call(`GET /actions/everything/${key}`)).statusCode, 400, key)
  }
})

t.test('strings that look like SQL are strings', async (t) => {
  const injections = [
    `'; drop table everything; --`,
    `' or '1'='1`,
    `" or ""="`,
    `$1`,
    `\\'; select 1`,
    `%27%20or%201=1`,
    `*/ or 1=1 /*`,
  ]
  for (const text of injections) {
    const value = encodeURIComponent(text)
    for (const operator of ['eq', 'contains', 'startswith', 'gt']) {
      const response = await everything.call(
        `GET /actions/everything-search?title__${operator}=${value}`,
      )
      t.equal(response.statusCode, 200, text)
    }
    for (const query of [
      `search_order=${value}`,
      `include=${value}`,
      `page_key=${value}`,
      `limit=${value}`,
      `${value}=1`,
    ]) {
      const response = await everything.call(`GET /actions/everything-search?${query}`)
      t.equal(response.statusCode, 400, query)
    }
  }
  t.ok((await stores.store('everything').count()) > 0)
})

t.test('many odd requests give no defect', async (t) => {
  const methods = ['GET', 'POST', 'PATCH', 'DELETE', 'PUT', 'HEAD', 'OPTIONS']
  const paths = ['/', '/actions', '/actions/', '/actions/post', '/actions/post/', `/actions/post/${published}`, '/actions/post-search',
    '/actions/post-batch', `/actions/person/${ann}/posts`, '/actions/post-count?', '/actions/post-search?&&&', '/actions/post-search?=',
    '/actions/post-search?=x', '/actions/post-search?filter=', '/actions/post-search?filter=%7B', '/actions/post-search?include=',
    '/actions/post-search?search_order=', '/actions/post-search?query=', '/actions/post-batch?keys=', '/healthz', '/docs', '/problems/'] // prettier-ignore
  const headers = [{}, JSON_TYPE, { 'content-type': 'text/plain' }, { authorization: 'Bearer x' }, { authorization: '\u0001' },
    { 'if-match': ',,,' }, { 'if-none-match': '"' }, { 'idempotency-key': ' ' }, { accept: 'text/html' }, { 'accept-encoding': 'x' },
    { 'x-http-method-override': 'DELETE' }, { host: '' }, { 'x-forwarded-host': 'evil' }] // prettier-ignore
  for (const method of methods) {
    for (const path of paths) {
      for (const one of headers) {
        const { statusCode } = await chat.call(`${method} ${path}`, {
          headers: one as Record<string, string>,
        })
        if (statusCode >= 500)
          t.fail(`${method} ${path} ${JSON.stringify(one)} gives ${statusCode}`)
      }
    }
  }
  t.match(await chat.stores.store('post').readOrThrow(published), { item: { text: 'Hello' } })
})

t.test('every answer forbids browsers what nobody means', async (t) => {
  for (const line of [
    'GET /actions/post-search',
    'GET /nothing',
    'PUT /actions/post',
    'GET /actions/%ff',
    'OPTIONS /actions/post',
  ]) {
    const { headers } = await chat.call(line)
    t.match(
      headers,
      { 'x-content-type-options': 'nosniff', 'referrer-policy': 'no-referrer' },
      line,
    )
    t.match(headers['content-security-policy'], "default-src 'none'")
  }
})

t.test('a page is compressed for who takes it, and what is small is not', async (t) => {
  for (let number = 0; number < 20; number += 1) {
    const id = numberedId(500 + number)
    await chat.stores
      .store('post')
      .create({ id, room_id: annsRoom, author_id: bob, text: 'x'.repeat(500) + String(number) })
  }
  const plain = await chat.app.inject('/actions/post-search?limit=100')
  t.equal(plain.headers['content-encoding'], undefined)
  for (const [encoding, decode] of [
    ['gzip', gunzipSync],
    ['br', brotliDecompressSync],
  ] as const) {
    const response = await chat.app.inject({
      url: '/actions/post-search?limit=100',
      headers: { 'accept-encoding': encoding },
    })
    t.equal(response.headers['content-encoding'], encoding)
    t.match(response.headers['vary'], /Authorization.*accept-encoding/i)
    t.ok(response.rawPayload.length < plain.rawPayload.length / 5)
    t.equal(decode(response.rawPayload).toString(), plain.body)
  }
  const headers = { 'accept-encoding': 'gzip, br' }
  t.equal(
    (await chat.app.inject({ url: '/actions/post-count', headers })).headers['content-encoding'],
    undefined,
  )
  t.ok((await chat.app.inject({ url: '/openapi.json', headers })).headers['content-encoding'])
})

t.test('what has a strong ETag is sent as it is', async (t) => {
  const item = { title: 'Long', text: 'x'.repeat(4000) }
  const { headers } = await everything.call('POST /actions/everything', { json: { item } })
  const url = String(headers['location'])
  const read = await everything.app.inject({ url, headers: { 'accept-encoding': 'gzip, br' } })
  t.ok(read.headers['etag'])
  t.equal(read.headers['content-encoding'], undefined)
  t.match(read.json(), { item })
})

t.test('a compressed body is not taken', async (t) => {
  const payload = gzipSync('{"item":{"title":"x"}}')
  const headers = { ...JSON_TYPE, 'content-encoding': 'gzip' }
  const response = await everything.call('POST /actions/everything', { payload, headers })
  t.equal(response.statusCode, 415)
})

t.test(
  'a request on an open connection is answered while the server closes, and is the last',
  async (t) => {
    const agent = new Agent({ keepAlive: true, maxSockets: 1 })
    t.teardown(() => agent.destroy())
    const send = (port: number) =>
      new Promise<IncomingMessage>((resolve, reject) => {
        request({ port, host: '127.0.0.1', path: '/healthz', agent }, (response) => {
          response.resume().on('end', () => resolve(response))
        })
          .on('error', reject)
          .end()
      })
    let last: IncomingMessage | undefined
    const app = await openBareHttp(t, {}, (app) => {
      app.addHook('preClose', async () => {
        last = await send(portOf(app))
      })
    })
    await app.listen({ port: 0, host: '127.0.0.1' })
    t.equal((await send(portOf(app))).headers.connection, 'keep-alive')
    await app.close()
    t.equal(last?.statusCode, 200)
    t.equal(last?.headers.connection, 'close')
  },
)

t.test('its limits are set', async (t) => {
  const { app } = chat
  t.equal(app.server.headersTimeout, 10_000)
  t.equal(app.server.requestTimeout, 30_000)
  t.ok(app.server.headersTimeout < app.server.requestTimeout)
  t.equal(app.server.keepAliveTimeout, 65_000)
  t.equal(app.server.maxHeadersCount, 100)
  t.equal(app.server.maxConnections, 10_000)
})

t.test('an upgrade to what is not spoken here is asked for in vain', async (t) => {
  const app = await openBareHttp(t, { isUpgrade: () => false })
  // Node upgrades only where somebody listens, as sockets do.
  app.server.on('upgrade', (_request, socket: Duplex) => socket.destroy())
  await app.listen({ port: 0, host: '127.0.0.1' })
  const socket = connect(portOf(app), '127.0.0.1')
  t.teardown(() => socket.destroy())
  socket.write(
    'GET /healthz HTTP/1.1\r\nHost: localhost\r\nConnection: Upgrade, HTTP2-Settings\r\nUpgrade: h2c\r\nHTTP2-Settings: AAMAAABkAAQAoAAAAAIAAAAA\r\n\r\n',
  )
  const [answer] = (await once(socket, 'data')) as [Buffer]
  t.match(answer.toString(), /^HTTP\/1\.1 200 /)
})

function portOf(app: FastifyInstance): number {
  const address = app.server.address()
  return typeof address === 'object' ? (address?.port ?? 0) : 0
}
