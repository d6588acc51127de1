/** That the document tells of what is served, whole, and that its examples are what it says. */
import t from 'tap'
import { Compile } from 'typebox/schema'
import { PROBLEMS } from '../../../framework/problem.ts'
import { openApiDocument, type OpenApiDocument } from '../../../framework/http/openapi.ts'
import { openStoreFactory } from '../../../framework/store/open-store-factory.ts'
import { action, web } from '../../../framework/action/action.ts'
import Type from 'typebox'
import { openChatApi } from '../../kit/chat-api.ts'
import { pointed } from '../../kit/conformity.ts'
import { openTestApi } from '../../kit/http.ts'
import { samples } from '../../kit/sample-resources.ts'
import { openTestStores } from '../../kit/stores.ts'
import { TOKENS } from '../../kit/token-pair.ts'

type Json = Readonly<Record<string, unknown>>

const greet = action('greet', {
  description: 'Greets.',
  input: Type.Object({ name: Type.String() }),
  output: Type.String(),
  triggers: [web()],
  isPublic: true,
  run: async ({ name }) => `Hello, ${name}`,
})
const chat = await openChatApi(t, { tokenGrant: async () => TOKENS, actions: [greet] })
const everything = await openTestApi(t, await openTestStores(t, samples), {
  factories: Object.values(samples.resources).map((one) => openStoreFactory(one as never)),
})

/** Every object in a document, with the steps to it. */
function* objectsIn(value: unknown, path = ''): Generator<readonly [string, Json]> {
  if (typeof value !== 'object' || value === null) return
  if (!Array.isArray(value)) yield [path, value as Json]
  for (const [name, member] of Object.entries(value)) yield* objectsIn(member, `${path}/${name}`)
}

/** Operations with their path and method. */
function operationsOf(document: OpenApiDocument): readonly (readonly [string, Json])[] {
  return Object.entries(document['paths'] as Json).flatMap(([path, methods]) =>
    Object.entries(methods as Json).map(
      ([method, operation]) => [`${method} ${path}`, operation as Json] as const,
    ),
  )
}

for (const [name, { document }] of [
  ['chat', chat],
  ['everything', everything],
] as const) {
  t.test(`every reference of ${name} leads somewhere, and everything is referred to`, (t) => {
    const refs = new Set<string>()
    for (const [path, { $ref }] of objectsIn(document)) {
      if (typeof $ref !== 'string') continue
      refs.add($ref)
      t.ok(pointed(document, $ref), path)
    }
    for (const [kind, members] of Object.entries(document['components'] as Json)) {
      if (kind === 'securitySchemes' || kind === 'responses' || kind === 'headers') continue
      for (const member of Object.keys(members as Json)) {
        t.ok(refs.has(`#/components/${kind}/${member}`), `${kind} ${member}`)
      }
    }
    t.end()
  })

  t.test(`every example of ${name} fits its schema`, (t) => {
    let count = 0
    const check = (schema: unknown, value: unknown, path: string): void => {
      const validator = Compile({ ...(schema as Json), components: document['components'] })
      t.same(validator.Check(value) ? [] : validator.Errors(value)[1], [], path)
      count += 1
    }
    for (const [path, { schema, example, examples }] of objectsIn(document)) {
      if (schema === undefined || path.includes('/properties/')) continue
      if (example !== undefined) check(schema, example, path)
      for (const [name, one] of Object.entries((examples ?? {}) as Record<string, Json>)) {
        check(schema, one['value'], `${path} ${name}`)
      }
    }
    t.ok(count > 30)
    t.end()
  })

  t.test(`every operation of ${name} has name, texts, tag, security, answers and errors`, (t) => {
    const tags = (document['tags'] as readonly Json[]).map((tag) => tag['name'])
    const ids = operationsOf(document).map(([at, operation]) => {
      t.match(operation, { operationId: /^[a-z0-9_]+$/, summary: /./, description: /./ }, at)
      t.ok(tags.includes((operation['tags'] as readonly string[])[0]), at)
      t.ok(Array.isArray(operation['security']), at)
      const responses = operation['responses'] as Record<string, Json>
      const statuses = Object.keys(responses)
      t.same(statuses, [...statuses].sort())
      t.ok(
        ['400', '500', '503'].every((status) => statuses.includes(status)),
        at,
      )
      t.equal(statuses.includes('415'), !at.startsWith('get'), at)
      const good = Object.entries(responses).filter(([status]) => status < '300')
      t.equal(good.length, 1, at)
      for (const [status, answer] of good) {
        t.equal('content' in answer, status !== '204', at)
        const { content } = answer as { content?: Record<string, Json> }
        if (content !== undefined) t.ok('example' in (content['application/json'] ?? {}), at)
      }
      const names = (at.match(/\{\w+\}/g) ?? []).map((one) => one.slice(1, -1))
      const parameters = ((operation['parameters'] ?? []) as readonly Json[]).map((one) =>
        typeof one['$ref'] === 'string' ? pointed(document, one['$ref']) : one,
      )
      const inPath = parameters.filter((one) => one['in'] === 'path')
      t.same(
        inPath.map((one) => one['name']),
        names,
        at,
      )
      t.ok(
        inPath.every((one) => one['required'] === true),
        at,
      )
      const keys = parameters.map((one) => `${String(one['in'])} ${String(one['name'])}`)
      t.equal(new Set(keys).size, keys.length, `${at} names no parameter twice`)
      return operation['operationId']
    })
    t.equal(new Set(ids).size, ids.length)
    t.end()
  })

  t.test(`nothing in ${name} is volatile or secret`, async (t) => {
    const text = JSON.stringify(document)
    t.notMatch(text, /digest|secret|localhost|2026-11-20/)
    const { app } = name === 'chat' ? chat : everything
    t.equal((await app.inject('/openapi.json')).body, text)
  })
}

t.test('each operator of each readable attribute is a parameter, and no other', (t) => {
  const parameters = Object.keys(
    (everything.document['components'] as { parameters: object }).parameters,
  )
  for (const [name, { operators, readable }] of Object.entries(
    samples.resources.everything.attributes,
  )) {
    for (const operator of operators) {
      t.equal(
        parameters.includes(`everything.${name}__${operator}`),
        readable,
        `${name} ${operator}`,
      )
    }
  }
  t.end()
})

t.test('operations tell who may call', (t) => {
  const of = (id: string) =>
    operationsOf(chat.document).find(([, one]) => one['operationId'] === id)?.[1]['security']
  const schemes = [{ oauth2: [] }, { bearer: [] }]
  t.same(of('person_search'), [{}, ...schemes])
  t.same(of('person_posts_search'), [{}, ...schemes])
  t.same(of('room_search'), schemes)
  t.same(of('post_create'), schemes)
  t.same(of('post_room_read'), schemes)
  t.same(of('post_edit_batch'), schemes)
  t.same(of('health'), [])
  t.same(of('login_form'), [])
  t.end()
})

t.test('what nobody may do is not told of', (t) => {
  const ids = operationsOf(chat.document).map(([, one]) => one['operationId'])
  t.notOk(ids.includes('person_create'))
  t.ok(ids.includes('person_update') && ids.includes('room_create'))
  const schemas = (chat.document['components'] as { schemas: Record<string, Json> }).schemas
  t.notOk('person_create' in schemas)
  t.same(Object.keys((schemas['room_create'] as { properties: object }).properties), [
    'id',
    'title',
  ])
  t.same((schemas['person_item'] as { required: readonly string[] }).required, [
    'id',
    'name',
    'admin',
    'updated_at',
  ])
  t.end()
})

t.test('every error code has its answer, with an example as it is sent', (t) => {
  const { responses } = chat.document['components'] as { responses: Record<string, Json> }
  for (const [code, { status, title }] of Object.entries(PROBLEMS)) {
    t.match(responses[code], {
      content: {
        'application/problem+json': { example: { type: `/problems/${code}`, title, status } },
      },
    })
  }
  t.end()
})

t.test('logging in is a password flow at a path of this server', (t) => {
  const { securitySchemes } = chat.document['components'] as Json
  t.match(securitySchemes, {
    oauth2: { type: 'oauth2', flows: { password: { tokenUrl: '/login' } } },
    bearer: { type: 'http', scheme: 'bearer' },
  })
  t.end()
})

t.test('an API of nothing is a document too', (t) => {
  const info = { title: 'Empty', version: '0', description: '' }
  t.match(openApiDocument({ info, operations: [], schemas: {}, tags: {} }), {
    openapi: '3.1.0',
    info: { title: 'Empty', version: '0', description: /\(\/docs\/events\)/ },
    paths: {},
  })
  t.end()
})
