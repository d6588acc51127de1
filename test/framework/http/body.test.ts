/** That bodies are taken strictly: bytes, content type, encoding, size, members. */
import Fastify, { type InjectOptions } from 'fastify'
import t, { type Test } from 'tap'
import { InvalidError } from '../../../framework/errors.ts'
import {
  BODY_LIMIT_BYTES,
  bodyMembers,
  isObject,
  objectMember,
  takeBodies,
  type ContentType,
} from '../../../framework/http/body.ts'
import { handleError } from '../../../framework/http/problem-handler.ts'

function open(t: Test, contentType: ContentType) {
  const app = Fastify({ bodyLimit: BODY_LIMIT_BYTES })
  t.teardown(() => app.close())
  app.setErrorHandler(handleError)
  takeBodies(app, contentType)
  app.post('/', async ({ body }) => ({
    body: body instanceof Map ? [...(body as ReadonlyMap<string, string>)] : (body ?? 'none'),
  }))
  return (
    payload: InjectOptions['payload'],
    headers: Record<string, string> = { 'content-type': contentType },
  ) =>
    app.inject({ method: 'POST', url: '/', ...(payload === undefined ? {} : { payload }), headers })
}

t.test('every legal variant of the JSON type is taken', async (t) => {
  const send = open(t, 'application/json')
  const types = [
    'application/json', 'Application/JSON', ' application/json ', 'application/json;charset=utf-8',
    'application/json; charset=UTF-8', 'application/json; charset="utf-8"', 'application/json ; x=y',
  ] // prettier-ignore
  for (const type of types) {
    const response = await send('{"a":[1]}', { 'content-type': type })
    t.same(response.json(), { body: { a: [1] } }, type)
  }
})

t.test('every other type, charset or encoding is 415', async (t) => {
  const send = open(t, 'application/json')
  const types = ['text/plain', 'application/jsonx', 'application/x-www-form-urlencoded', 'application', '',
    'multipart/form-data; boundary=x', 'application/json, text/plain', 'application/json;charset=utf-16',
    'application/json; charset=latin1', 'application/json x'] // prettier-ignore
  for (const type of types) {
    const response = await send('{"a":1}', { 'content-type': type })
    t.equal(response.statusCode, 415, type)
    t.equal(response.headers['content-type'], 'application/problem+json')
    t.match(response.json(), { type: 'about:blank', title: 'Unsupported Media Type', status: 415 })
  }
  const headers = { 'content-type': 'application/json', 'content-encoding': 'gzip' }
  t.equal((await send('{"a":1}', headers)).statusCode, 415)
  t.equal((await send('{"a":1}', { ...headers, 'content-encoding': 'identity' })).statusCode, 200)
  t.equal((await send('{"a":1}', {})).statusCode, 415)
})

t.test('what is no UTF-8 or no JSON is 400', async (t) => {
  const send = open(t, 'application/json')
  const payloads = [Buffer.from([0x22, 0xff, 0x22]), Buffer.from('\ufeff{}'), Buffer.from('{"a":1}', 'utf16le'),
    Buffer.from([0x22, 0xed, 0xa0, 0x80, 0x22]), '{', '{"a":1,}', ' '] // prettier-ignore
  for (const payload of payloads) {
    const response = await send(payload)
    t.equal(response.statusCode, 400, payload.toString('latin1'))
    t.match(response.json(), { type: '/problems/invalid', errors: [{ pointer: '' }] })
  }
})

t.test('no byte is no body', async (t) => {
  const send = open(t, 'application/json')
  t.same((await send('')).json(), { body: 'none' })
  t.same((await send(undefined, {})).json(), { body: 'none' })
})

t.test('a body at the limit is taken, one byte more is 413', async (t) => {
  const send = open(t, 'application/json')
  const text = (bytes: number): string => `"${'a'.repeat(bytes - 2)}"`
  t.equal((await send(text(BODY_LIMIT_BYTES))).statusCode, 200)
  const response = await send(text(BODY_LIMIT_BYTES + 1))
  t.match(response.json(), { type: 'about:blank', status: 413 })
  t.equal((await send(Buffer.alloc(10_000_000, 0x20))).statusCode, 413)
})

t.test('a length that is a lie is 400', async (t) => {
  const send = open(t, 'application/json')
  const headers = { 'content-type': 'application/json', 'content-length': '3' }
  t.equal((await send('{"a":1}', headers)).statusCode, 400)
})

t.test('a form is read strictly, and each field once', async (t) => {
  const send = open(t, 'application/x-www-form-urlencoded')
  const response = await send('grant_type=password&username=t%20im&__proto__=x')
  t.same(response.json(), {
    body: [
      ['grant_type', 'password'],
      ['username', 't im'],
      ['__proto__', 'x'],
    ],
  })
  for (const payload of ['a=1&a=2', 'a=%ff', 'a=%00', 'a=ä']) {
    t.equal((await send(payload)).statusCode, 400, payload)
  }
  t.equal((await send('{}', { 'content-type': 'application/json' })).statusCode, 415)
})

t.test('members are required, optional or not known', (t) => {
  const shape = { required: ['item'], optional: ['precondition'] }
  const faultsOf = (body: unknown): readonly string[] => {
    try {
      bodyMembers(body, shape)
      return []
    } catch (error) {
      if (!(error instanceof InvalidError)) throw error
      return error.faults.map(({ pointer, detail }) => `${pointer} ${detail}`)
    }
  }
  t.same(faultsOf({ item: null }), [])
  t.same(faultsOf({ item: 1, precondition: 2 }), [])
  t.same(faultsOf({ 'a/b': 1 }), ['/a~1b is not known here', '/item is required'])
  t.same(faultsOf(JSON.parse('{"item":1,"constructor":1}')), ['/constructor is not known here'])
  for (const body of [undefined, null, [], 'x', 1]) {
    t.same(faultsOf(body), [' must be an object with item'])
  }
  t.throws(() => bodyMembers({}, { required: ['toString'] }), InvalidError)
  t.end()
})

t.test('an object is no list and no null', (t) => {
  t.same(objectMember({ a: 1 }, '/item'), { a: 1 })
  for (const value of [null, [], 'x', undefined]) {
    t.notOk(isObject(value))
    t.throws(() => objectMember(value, '/item'), { message: '/item must be an object' })
  }
  t.end()
})
