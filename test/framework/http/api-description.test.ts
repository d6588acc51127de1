/** That operations are described as they are called side by side, by schemas that take what HTTP takes. */
import t from 'tap'
import { Compile } from 'typebox/schema'
import { describeApi } from '../../../framework/http/api-description.ts'
import { openChatApi } from '../../kit/chat-api.ts'
import { TOKENS } from '../../kit/token-pair.ts'

const { api } = await openChatApi(t, { tokenGrant: async () => TOKENS })
const described = describeApi(api)

function callOf(name: string) {
  const found = described.calls.find((call) => call.name === name)
  if (found === undefined) throw new RangeError(`There is no ${name}.`)
  return found
}

function isTaken(name: string, input: unknown): boolean {
  const schema = { ...callOf(name).input, components: { schemas: described.schemas } }
  return Compile(schema).Check(input)
}

t.test('every operation is described but the form, which is no JSON', (t) => {
  const names = api.operations.map(({ name }) => name)
  const form = api.operations.find(({ path }) => path === '/login')
  t.same(
    described.calls.map(({ name }) => name),
    names.filter((name) => name !== form?.name),
  )
  t.end()
})

t.test('path, query, headers and body stand side by side', (t) => {
  t.ok(isTaken('post_create', callOf('post_create').example))
  t.notOk(isTaken('post_create', {}), 'what HTTP requires is required')
  const item = { text: 'hi' }
  t.ok(
    isTaken('post_update', { key: 'a', item, if_match: '"x"', precondition: { text: { eq: '' } } }),
  )
  t.notOk(isTaken('post_update', { item }), 'the key is')
  t.ok(
    isTaken('post_search', { limit: 5, filter: { text: { contains: 'a' } }, text__oneof: ['a'] }),
  )
  t.ok(isTaken('post_search', {}))
  t.notOk(isTaken('post_search', { filter: '{}' }), 'a filter is JSON')
  t.notOk(isTaken('post_search', { other: 1 }))
  t.ok(isTaken('post_read_batch', { keys: ['a', 'b'] }))
  t.end()
})

t.test('it says who may call, what is kept, and what is answered', (t) => {
  t.match(callOf('post_create'), { isKept: true, answers: [{ status: 201, hasETag: true }] })
  t.notOk('Idempotency-Key' in (callOf('post_create').input['properties'] as object))
  t.match(callOf('post_delete'), { isKept: false, answers: [{ status: 204, schema: undefined }] })
  t.same(
    callOf('post_read').answers.map(({ status }) => status),
    [200, 304],
  )
  t.equal(callOf('post_delete').needsLogin, true)
  t.end()
})

t.test('every example of a call fits its schema', (t) => {
  for (const { name, example } of described.calls) t.ok(isTaken(name, example), name)
  t.end()
})

t.test('resources that can be searched have an example of a row', (t) => {
  const post = described.resources.find(({ name }) => name === 'post')
  t.match(post, { example: { key: String, item: { text: String } } })
  t.ok(described.schemas['post_item'])
  t.ok(described.schemas['problem'])
  t.end()
})
