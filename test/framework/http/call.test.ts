/** That a call is the request that HTTP would have made of it: the same answers, refusals and tags. */
import Type from 'typebox'
import t from 'tap'
import { action, web } from '../../../framework/action/action.ts'
import { InvalidError, NotFoundError, ResourceError } from '../../../framework/errors.ts'
import { callsOf } from '../../../framework/http/call.ts'
import { toProblem } from '../../../framework/problem.ts'
import { ANONYMOUS } from '../../../framework/security/authorization.ts'
import { absent, ann, annsRoom, bob, draft, openChatApi, published } from '../../kit/chat-api.ts'
import { TEST_CLIENT } from '../../kit/request-client.ts'
import { callerOf } from '../../kit/stores.ts'

const who = action('who', {
  description: 'Tells who calls.',
  input: Type.Object({ key: Type.Optional(Type.String()) }, { additionalProperties: false }),
  output: Type.Object({ subject: Type.String() }),
  triggers: [web({ status: 202 })],
  isPublic: true,
  run: async (_input, { caller }) => ({ subject: caller.subject ?? '' }),
})
const enter = action('enter', {
  description: 'Answers tokens.',
  input: Type.Object({}, { additionalProperties: false }),
  output: Type.Object({ subject: Type.String() }),
  triggers: [web()],
  isPublic: true,
  answersTokens: true,
  run: async (_input, { caller }) => ({ subject: caller.subject ?? '' }),
})
const { call: send, operations } = await openChatApi(t, {
  actions: [who, enter],
  tokenGrant: () => Promise.reject(new NotFoundError()),
})
const run = callsOf(operations)

/** Calls as somebody; a refusal is told as its problem. */
async function call(
  action: string,
  input: object,
  { as, key }: { as?: string; key?: string } = {},
) {
  const caller = as === undefined ? ANONYMOUS : callerOf(as)
  try {
    return await run({ action, input: { ...input }, key, caller, client: TEST_CLIENT })
  } catch (error) {
    if (!(error instanceof ResourceError)) throw error
    const problem = toProblem(error)
    return { status: problem.status, payload: problem }
  }
}

t.test('reads are answered as over HTTP, with the same tag', async (t) => {
  const cases = [
    [`GET /actions/post/${published}`, 'post_read', { key: published }],
    [`GET /actions/post/${published}?include=author`, 'post_read', { key: published, include: 'author' }],
    [`GET /actions/post/${draft}`, 'post_read', { key: draft }],
    [`GET /actions/post/${absent}`, 'post_read', { key: absent }],
    ['GET /actions/post-search', 'post_search', {}],
    ['GET /actions/post-search?limit=1&search_order=-text', 'post_search', { limit: 1, search_order: '-text' }],
    ['GET /actions/post-search?draft__eq=true&filter_mode=or', 'post_search', { draft__eq: true, filter_mode: 'or' }],
    [`GET /actions/post-search?id__oneof=${draft}&id__oneof=${absent}`, 'post_search', { id__oneof: [draft, absent] }],
    ['GET /actions/post-search?query=not', 'post_search', { query: 'not' }],
    [`GET /actions/post-search?filter=${encodeURIComponent('{"text":{"eq":"Hello"}}')}`, 'post_search', { filter: { text: { eq: 'Hello' } } }],
    ['GET /actions/post-search?cursor=true', 'post_search', { cursor: true }],
    ['GET /actions/post-search?limit=0', 'post_search', { limit: 0 }],
    ['GET /actions/post-search?nothing__eq=1', 'post_search', { nothing__eq: 1 }],
    ['GET /actions/post-search?filter=%22x%22', 'post_search', { filter: 'x' }],
    ['GET /actions/post-count?text__eq=Hello', 'post_count', { text__eq: 'Hello' }],
    [`GET /actions/post-batch?keys=${absent}&keys=${draft}`, 'post_read_batch', { keys: [absent, draft] }],
    [`GET /actions/post-batch?keys=${draft}`, 'post_read_batch', { keys: draft }],
    ['GET /actions/post-batch', 'post_read_batch', {}],
    [`GET /actions/post/${published}/author`, 'post_author_read', { key: published }],
    [`GET /actions/room/${annsRoom}/posts?limit=1`, 'room_posts_search', { key: annsRoom, limit: 1 }],
    ['GET /actions/room-search', 'room_search', {}],
    ['GET /healthz', 'health', {}],
  ] as const // prettier-ignore
  for (const [line, action, input] of cases) {
    for (const as of [ann, bob, undefined]) {
      const response = await send(line, as === undefined ? {} : { as })
      const told = await call(action, input, as === undefined ? {} : { as })
      t.equal(told.status, response.statusCode, line)
      t.same(plain(told.payload), plain(response.json()), line)
      t.equal('etag' in told ? told.etag : undefined, response.headers['etag'], line)
    }
  }
})

/** As JSON; without the path of a request that was none, and page keys, of which no two are alike. */
function plain(payload: unknown): unknown {
  return JSON.parse(
    JSON.stringify(payload, (name, value: unknown) => {
      if (name === 'instance') return undefined
      return name === 'next_page_key' ? typeof value : value
    }),
  )
}

t.test('a row is created, changed by its tag and deleted', async (t) => {
  const item = { room_id: annsRoom, text: 'By call' }
  const made = await call('post_create', { item }, { as: ann })
  t.match(made, { status: 201, etag: /^"/, payload: { item: { text: 'By call', author_id: ann } } })
  const { key } = made.payload as { key: string }
  const [first] = 'etag' in made ? [made.etag] : []
  const change = { key, item: { text: 'Changed' }, if_match: first }
  const changed = await call('post_update', change, { as: ann })
  t.match(changed, { status: 200, payload: { item: { text: 'Changed' } } })
  t.match(await call('post_update', change, { as: ann }), { status: 412 })
  const precondition = { text: { eq: 'another' } }
  t.match(await call('post_update', { key, item: {}, precondition }, { as: ann }), { status: 412 })
  t.match(await call('post_delete', { key, if_match: first }, { as: ann }), { status: 412 })
  t.match(await call('post_delete', { key }, { as: bob }), { status: 403 })
  t.same(await call('post_delete', { key, if_match: '*' }, { as: ann }), { status: 204 })
  t.match(await call('post_read', { key }, { as: ann }), { status: 404 })
  const edits = [{ create_item: { ...item, text: 'In a batch' } }, { delete_key: absent }]
  t.match(await call('post_edit_batch', { edits, atomic: false }, { as: ann }), {
    status: 200,
    payload: [{ success: true }, { success: false, code: 'not_found' }],
  })
})

t.test(
  'a repeated call with its key is answered as the first time, by whichever way',
  async (t) => {
    const item = { room_id: annsRoom, text: 'Once' }
    const first = await call('post_create', { item }, { as: ann, key: 'k1' })
    const again = await call('post_create', { item }, { as: ann, key: 'k1' })
    t.same(plain(again), plain(first))
    const headers = { 'idempotency-key': 'k1' }
    const sent = await send('POST /actions/post', { as: ann, json: { item }, headers })
    t.equal(sent.headers['idempotent-replayed'], 'true')
    t.same(plain(sent.json()), plain(first.payload))
    const other = { item: { ...item, text: 'Another' } }
    t.match(await call('post_create', other, { as: ann, key: 'k1' }), { status: 409 })
    t.match(await call('post_create', { item }, { as: ann, key: '' }), { status: 400 })
  },
)

t.test(
  'an action takes its input as it is, and one that answers tokens looks at nobody',
  async (t) => {
    t.match(await call('who', { key: 'is a member here' }, { as: ann }), {
      status: 202,
      payload: { subject: ann },
    })
    t.match(await call('who', { nothing: 1 }), { status: 400 })
    t.match(await call('enter', {}, { as: ann }), { status: 200, payload: { subject: '' } })
  },
)

t.test('what is no input is refused, and what is no action is not there', async (t) => {
  const cases: readonly (readonly [action: string, input: object, fault: string])[] = [
    ['post_read', {}, '/key is required'],
    ['post_read', { key: 5 }, '/key must be a string'],
    ['post_update', { key: draft, item: {}, if_match: 5 }, '/if_match must be a string'],
    ['post_update', { key: draft }, '/item is required'],
    ['post_update', { key: draft, item: {}, nothing: 1 }, '/nothing is not known here'],
    ['post_create', { item: 5 }, '/item must be an object'],
    ['post_create', { item: {}, key: 'x' }, '/key is not known here'],
    ['post_delete', { key: draft, precondition: {} }, '?precondition is not known here'],
    ['post_delete', { key: draft, precondition: 'x' }, '?precondition is not known here'],
    ['post_search', { limit: {} }, '?limit must be a string, a number, true or false'],
    ['post_search', { limit: [1] }, '?limit must be a string, a number, true or false'],
    ['post_search', { text__eq: null }, '?text__eq must be a string, a number, true or false'],
    ['post_search', { id__oneof: [] }, '?id__oneof must be a string, a number, true or false, or a list of one or more of them'],
    ['post_search', { id__oneof: [draft, null] }, '?id__oneof must be a string, a number, true or false, or a list of one or more of them'],
    ['post_search', { item: {} }, '?item is not known here'],
    ['post_search', { filter: { digest: 1 } }, '?filter/digest is not known here'],
    ['post_search', { filter: null }, '?filter must be an object that holds filters'],
    ['post_read_batch', { keys: [] }, '?keys must be a string, a number, true or false, or a list of one or more of them'],
    ['post_search', JSON.parse('{"__proto__":1}') as object, '?__proto__ is not known here'],
  ] // prettier-ignore
  for (const [name, input, fault] of cases) {
    const caller = callerOf(ann)
    const told = run({
      action: name,
      input: input as Record<string, unknown>,
      key: undefined,
      caller,
      client: TEST_CLIENT,
    })
    const error: unknown = await told.catch((thrown: unknown) => thrown)
    t.ok(error instanceof InvalidError, `${name} ${JSON.stringify(input)}`)
    const [first] = error instanceof InvalidError ? error.faults : []
    t.equal(`${first?.pointer ?? ''} ${first?.detail ?? ''}`, fault)
  }
  for (const name of ['nothing', '', '__proto__', 'toString', 'post-search', 'login_form']) {
    t.match(await call(name, {}), { status: 404 }, name)
  }
})
