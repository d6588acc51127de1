/** That random requests, near to good ones and far from them, never meet a defect, and what is good comes back as it came in. */
import fc from 'fast-check'
import t from 'tap'
import { openStoreFactory } from '../../../framework/store/open-store-factory.ts'
import { openTestApi } from '../../kit/http.ts'
import { rounds } from '../../kit/rounds.ts'
import { samples } from '../../kit/sample-resources.ts'
import { openTestStores } from '../../kit/stores.ts'

const stores = await openTestStores(t, samples)
const { call } = await openTestApi(t, stores, {
  factories: Object.values(samples.resources).map((one) => openStoreFactory(one as never)),
})
const { attributeNames } = samples.resources.everything

const name = fc.oneof(
  fc.constantFrom(...attributeNames),
  fc.constantFrom('__proto__', 'constructor', 'toString', 'item', 'and', 'query', ''),
  fc.string({ unit: 'binary' }),
)
const value = fc.oneof(
  fc.jsonValue({ maxDepth: 4 }),
  fc.string({ unit: 'binary' }),
  fc.double(),
  fc.bigInt().map(String),
  fc.constantFrom(
    '\ud800',
    '\u0000',
    '2026-02-30',
    '1e400',
    -0,
    2 ** 31,
    2 ** 53,
    null,
    true,
    [],
    {},
  ),
)
const object = fc.dictionary(name, value, { maxKeys: 5, noNullPrototype: true })
const keys = fc.oneof(
  fc.string({ unit: 'binary' }),
  fc.uuid(),
  fc.integer().map(String),
  fc.base64String(),
)
/** Some escapes are broken on purpose. */
const escaped = fc.oneof(
  fc.string({ unit: 'binary' }).map((text) => encodeURIComponent(text.toWellFormed())),
  fc.stringMatching(/^[!-~]{0,40}$/).filter((text) => !text.includes('#')),
)

t.test('random items', { timeout: 300_000 }, async (t) => {
  await fc.assert(
    fc.asyncProperty(object, async (item) => {
      const created = await call('POST /actions/everything', {
        json: { item: { title: 'x', ...item } },
      })
      if (created.statusCode === 201)
        t.match(created.json(), { item: JSON.parse(JSON.stringify(item)) as object })
      return created.statusCode < 500
    }),
    { numRuns: rounds({ test: 200, soak: 10000 }) },
  )
})

t.test('random bodies', { timeout: 300_000 }, async () => {
  const lines = [
    'POST /actions/everything',
    'PATCH /actions/everything/x',
    'PATCH /actions/everything-batch',
    'PATCH /actions/mark-batch',
  ]
  const edits = fc.array(
    fc.dictionary(
      fc.constantFrom('create_item', 'update_item', 'delete_key', 'precondition', 'if_match'),
      fc.oneof(object, value),
    ),
  )
  const body = fc.oneof(
    fc.jsonValue(),
    object,
    fc.record({ item: value, precondition: object }),
    fc.record({ edits, atomic: fc.boolean() }),
  )
  await fc.assert(
    fc.asyncProperty(fc.constantFrom(...lines), body, async (line, json) => {
      return (await call(line, { json })).statusCode < 500
    }),
    { numRuns: rounds({ test: 200, soak: 10000 }) },
  )
})

t.test('random bytes', { timeout: 300_000 }, async () => {
  const text =
    '{"item":{"title":"x","json":{"a":[1,2.5e3,"\\u00e9"]},"timestamp":"2026-01-01T00:00:00Z"}}'
  const mutation = fc.record({
    at: fc.nat(text.length),
    drop: fc.nat(3),
    put: fc.uint8Array({ maxLength: 4 }),
  })
  await fc.assert(
    fc.asyncProperty(mutation, async ({ at, drop, put }) => {
      const bytes = Buffer.from(text)
      const payload = Buffer.concat([bytes.subarray(0, at), put, bytes.subarray(at + drop)])
      const headers = { 'content-type': 'application/json' }
      return (await call('POST /actions/everything', { payload, headers })).statusCode < 500
    }),
    { numRuns: rounds({ test: 300, soak: 15000 }) },
  )
})

t.test('random keys and queries', { timeout: 300_000 }, async () => {
  const resource = fc.constantFrom('everything', 'place', 'note', 'mark', 'tag')
  const tail = fc.constantFrom('', '/place', '/marks', '/thing-count', '/everything')
  await fc.assert(
    fc.asyncProperty(resource, keys, tail, async (name, key, link) => {
      const path = `/actions/${name}/${encodeURIComponent(key.toWellFormed())}${link}`
      return (await call(`GET ${path}`)).statusCode < 500
    }),
    { numRuns: rounds({ test: 200, soak: 10000 }) },
  )
  const parameter = fc.oneof(
    fc
      .tuple(
        fc.constantFrom(...attributeNames),
        fc.constantFrom('eq', 'lt', 'oneof', 'contains', 'exists', 'near'),
      )
      .map((parts) => parts.join('__')),
    fc.constantFrom(
      'limit',
      'page_key',
      'search_order',
      'include',
      'query',
      'filter',
      'filter_mode',
    ),
    escaped,
  )
  await fc.assert(
    fc.asyncProperty(fc.array(fc.tuple(parameter, escaped), { maxLength: 4 }), async (parts) => {
      const query = parts.map((part) => part.join('=')).join('&')
      return (await call(`GET /actions/everything-search?${query}`)).statusCode < 500
    }),
    { numRuns: rounds({ test: 300, soak: 15000 }) },
  )
})

t.test('the server is as it was', async (t) => {
  t.equal((await call('GET /actions/everything-count')).statusCode, 200)
  t.equal(({} as Record<string, unknown>)['title'], undefined)
})
