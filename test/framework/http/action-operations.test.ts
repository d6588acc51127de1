/** That actions are run for who may run them, with input as declared, all or nothing. */
import t from 'tap'
import Type from 'typebox'
import { action, ITEM_INPUT, web, type Action } from '../../../framework/action/action.ts'
import { afterCreate } from '../../../framework/event/change-trigger.ts'
import { ConflictError, TooManyRequestsError } from '../../../framework/errors.ts'
import { ann, openChatApi, root } from '../../kit/chat-api.ts'
import { faultsIn } from '../../kit/http.ts'

const STRICT = { additionalProperties: false }
const TEXT = Type.Object({ text: Type.String({ minLength: 1 }) }, STRICT)
let [runs, prepares] = [0, 0]

const join = action('join_up', {
  description: 'Makes a person.',
  input: Type.Object(
    { name: Type.String({ minLength: 1 }), fail: Type.Optional(Type.Boolean()) },
    STRICT,
  ),
  output: Type.Object({ key: Type.String() }, STRICT),
  triggers: [web({ status: 201 })],
  isPublic: true,
  examples: [{ name: 'Somebody', input: { name: 'dora' }, output: { key: 'x' } }],
  async run({ name, fail = false }, { transaction }) {
    runs += 1
    const { key } = await people().create({ name }, { transaction })
    if (fail) throw new ConflictError('Not like this.')
    return { key }
  },
})

const actions: readonly Action[] = [
  join,
  action('whoami', {
    description: 'Tells the caller.',
    input: Type.Object({}, STRICT),
    output: Type.Object({
      subject: Type.Union([Type.String(), Type.Null()]),
      posts: Type.Integer(),
      people: Type.Integer(),
    }),
    triggers: [web()],
    cacheControl: 'private, max-age=5',
    async prepare() {
      prepares += 1
      return people().count() // refused within a transaction that it is not a part of
    },
    async run(_input, { caller, prepared, stores, transaction }) {
      const posts = await stores.store('post')?.count(undefined, { transaction })
      return { subject: caller.subject ?? null, posts: posts ?? 0, people: prepared }
    },
  }),
  action('reign', {
    description: 'For admins.',
    input: TEXT,
    triggers: [web()],
    scopes: ['admin'],
    run: async () => undefined,
  }),
  action('get_tokens', {
    description: 'Answers tokens.',
    input: TEXT,
    output: Type.Object({ access_token: Type.String() }),
    triggers: [web()],
    isPublic: true,
    answersTokens: true,
    isTransactional: false,
    run: async ({ text }) => {
      runs += 1
      if (text === 'many') throw new TooManyRequestsError(3)
      return { access_token: text }
    },
  }),
  action('lie', {
    description: 'Answers something else.',
    input: TEXT,
    output: Type.Object({ secret: Type.Optional(Type.Integer()) }, STRICT),
    triggers: [web()],
    isPublic: true,
    run: async () => JSON.parse('{"secret":"canary","digest":"canary"}') as { secret?: number },
  }),
  action('misuse', {
    description: 'Asks for a transaction that it said it does not need.',
    input: Type.Object({}, STRICT),
    triggers: [web()],
    isPublic: true,
    isTransactional: false,
    run: async (_input, { transaction }) => {
      await people().create({ name: 'nobody' }, { transaction })
    },
  }),
  action('unheard', {
    description: 'Set off by changes alone.',
    input: ITEM_INPUT,
    triggers: [afterCreate('post')],
    run: async () => undefined,
  }),
]

let refusing = false
/** Who was held to limits, and what was prepared and run before. */
const limited: (readonly [name: string, input: unknown, prepares: number, runs: number])[] = []
const { call, stores, document } = await openChatApi(t, {
  actions,
  async limiter({ name }, { input }, work) {
    limited.push([name, input, prepares, runs])
    if (refusing) throw new TooManyRequestsError(5)
    return work()
  },
})
const people = () => stores.store('person')

t.test('a public action is run for anybody', async (t) => {
  const response = await call('POST /actions/join-up', { json: { name: 'dora' } })
  t.equal(response.statusCode, 201)
  t.equal(response.headers['cache-control'], 'no-store')
  const { key } = response.json<{ key: string }>()
  t.match(await people().readOrThrow(key), { item: { name: 'dora' } })
})

t.test('what fails has written nothing', async (t) => {
  const before = await people().count()
  const response = await call('POST /actions/join-up', { json: { name: 'eve', fail: true } })
  t.equal(response.statusCode, 409)
  t.equal(await people().count(), before)
})

t.test('an action sees its caller and the caller’s stores', async (t) => {
  const response = await call('POST /actions/whoami', { as: ann })
  t.match(response.json(), { subject: ann, posts: 2 })
  t.equal(response.headers['cache-control'], 'private, max-age=5')
  t.match((await call('POST /actions/whoami', { as: root, json: {} })).json(), {
    subject: root,
    posts: 1,
  })
})

t.test('an action prepares for who may run it, before its transaction opens', async (t) => {
  prepares = 0
  await call('POST /actions/whoami')
  await call('POST /actions/whoami', { as: ann, json: { x: 1 } })
  t.equal(prepares, 0)
  const response = await call('POST /actions/whoami', { as: ann })
  t.match(response.json(), { people: await people().count() })
  t.equal(prepares, 1)
})

t.test('limits come after what is free to check, and before all work', async (t) => {
  limited.length = prepares = runs = 0
  refusing = true
  t.teardown(() => (refusing = false))
  t.equal((await call('POST /actions/whoami', { as: ann, json: { x: 1 } })).statusCode, 400)
  t.equal((await call('POST /actions/whoami')).statusCode, 401)
  t.equal((await call('POST /actions/reign', { as: ann, json: { text: 'x' } })).statusCode, 403)
  t.same(limited, [])
  const refused = await call('POST /actions/whoami', { as: ann })
  t.equal(refused.statusCode, 429)
  t.equal(refused.headers['retry-after'], '5')
  const headers = { 'idempotency-key': 'limited' }
  const kept = await call('POST /actions/join-up', { json: { name: 'hugo' }, headers })
  t.equal(kept.statusCode, 429)
  t.same(limited, [
    ['whoami', {}, 0, 0],
    ['join_up', { name: 'hugo' }, 0, 0],
  ])
  t.equal(prepares + runs, 0)
  refusing = false
  const later = await call('POST /actions/join-up', { json: { name: 'hugo' }, headers })
  t.equal(later.statusCode, 201, 'a refusal is no answer that is kept')
})

t.test('input is checked before who asks, and who asks before what it may', async (t) => {
  const cases = [
    ['whoami', undefined, undefined, 401],
    ['whoami', undefined, { x: 1 }, 400],
    ['whoami', 'bad', { x: 1 }, 401],
    ['reign', undefined, { text: '' }, 400],
    ['reign', undefined, { text: 'x' }, 401],
    ['reign', ann, { text: 'x' }, 403],
    ['reign', ann, undefined, 400],
    ['reign', root, { text: 'x' }, 204],
    ['unheard', root, { item: {} }, 404],
    ['join-up?x=1', ann, { name: 'x' }, 400],
    ['join-up', 'bad', { name: 'x' }, 401],
    ['get-tokens', 'bad', { text: 'x' }, 200],
  ] as const
  for (const [path, as, json, status] of cases) {
    const told = { ...(as === undefined ? {} : { as }), ...(json === undefined ? {} : { json }) }
    t.equal(
      (await call(`POST /actions/${path}`, told)).statusCode,
      status,
      `${path} ${as ?? ''} ${JSON.stringify(json)}`,
    )
  }
  t.same(faultsIn(await call('POST /actions/join-up', { json: { nothing: 1, name: 2 } })).length, 2)
  t.equal((await call('GET /actions/join-up')).statusCode, 405)
})

t.test('an answer that is not as declared is a defect, and is not told', async (t) => {
  const response = await call('POST /actions/lie', { json: { text: 'x' } })
  t.equal(response.statusCode, 500)
  t.notMatch(response.body, 'canary')
  t.equal((await call('POST /actions/misuse')).statusCode, 500)
})

t.test('a repeated action is run once, but for those that answer tokens', async (t) => {
  runs = 0
  const send = (path: string, json: unknown, key = 'k') =>
    call(`POST /actions/${path}`, { json, headers: { 'idempotency-key': key } })
  const first = await send('join-up', { name: 'fred' })
  const again = await send('join-up', { name: 'fred' })
  t.equal(again.statusCode, 201)
  t.equal(again.body, first.body)
  t.equal(again.headers['idempotent-replayed'], 'true')
  t.equal(runs, 1)
  t.equal((await send('join-up', { name: 'gina' })).statusCode, 409)
  t.equal((await send('join-up', { name: 'gina' }, 'ä')).statusCode, 400)
  for (let round = 0; round < 2; round += 1) {
    const tokens = await send('get-tokens', { text: 'x' })
    t.equal(tokens.headers['idempotent-replayed'], undefined)
    t.equal(tokens.headers['cache-control'], 'no-store')
  }
  t.equal(runs, 3)
})

t.test('too many is told with the time to wait', async (t) => {
  const response = await call('POST /actions/get-tokens', { json: { text: 'many' } })
  t.equal(response.statusCode, 429)
  t.equal(response.headers['retry-after'], '3')
})

t.test(
  'documents show the examples, who may call, and no action that requests don’t set off',
  (t) => {
    const paths = document['paths'] as Record<string, { post: Record<string, unknown> }>
    t.notOk('/actions/unheard' in paths)
    t.match(paths['/actions/join-up']?.post, {
      operationId: 'join_up',
      security: [{}, { oauth2: [] }, { bearer: [] }],
      requestBody: {
        content: {
          'application/json': {
            examples: { example_1: { summary: 'Somebody', value: { name: 'dora' } } },
          },
        },
      },
      responses: { 201: { content: { 'application/json': { example: { key: 'x' } } } } },
    })
    t.match(paths['/actions/reign']?.post, { security: [{ oauth2: ['admin'] }, { bearer: [] }] })
    t.same(paths['/actions/get-tokens']?.post['security'], [])
    t.match(document['components'], {
      securitySchemes: { oauth2: { flows: { password: { scopes: { admin: String } } } } },
    })
    t.end()
  },
)
