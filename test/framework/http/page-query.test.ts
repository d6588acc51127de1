/** That the parameters of a search are read whole, and told of as they are read. */
import t from 'tap'
import { InvalidError } from '../../../framework/errors.ts'
import { ALL } from '../../../framework/filter/filter.ts'
import {
  filterParameters,
  includeParameters,
  pageParameters,
  readFilterQuery,
  readPageQuery,
} from '../../../framework/http/page-query.ts'
import { chat } from '../../kit/chat-resources.ts'
import { openServices, requestWith } from '../../kit/services.ts'
import type { ServedResource } from '../../../framework/http/served.ts'

const services = await openServices(t)
const { post, person } = chat.resources
const servedAs = (name: string): ServedResource => {
  const served = services.served.get(name)
  if (served === undefined) throw new RangeError(name)
  return served
}

t.test('nothing asked for is the first page of all in the order of the key', (t) => {
  t.same(readPageQuery(requestWith(''), post, services), {
    filter: ALL,
    order: undefined,
    limit: 20,
    pageKey: undefined,
    includes: [],
    withCursor: false,
  })
  t.equal(readPageQuery(requestWith(''), { ...post, batchSize: 5 }, services).limit, 5)
  t.end()
})

t.test('everything asked for is there', (t) => {
  const query =
    'text__eq=a&limit=7&page_key=k&cursor=true&include=author,room.owner&search_order=-score,text'
  t.same(readPageQuery(requestWith(query), post, services), {
    filter: { kind: 'compare', attribute: 'text', operator: 'eq', value: 'a' },
    order: [
      { attribute: 'score', isDescending: true },
      { attribute: 'text', isDescending: false },
    ],
    limit: 7,
    pageKey: 'k',
    withCursor: true,
    includes: [
      { link: 'author', includes: [] },
      { link: 'room', includes: [{ link: 'owner', includes: [] }] },
    ],
  })
  t.end()
})

t.test('a count takes filters alone', (t) => {
  t.match(readFilterQuery(requestWith('query=a'), post, services), { kind: 'query', words: ['a'] })
  for (const query of [
    'limit=1',
    'page_key=x',
    'cursor=true',
    'include=author',
    'search_order=text',
  ]) {
    t.throws(() => readFilterQuery(requestWith(query), post, services), InvalidError)
  }
  t.end()
})

t.test('what the caller may read in no row is not known', (t) => {
  const read = (query: string) => () => readPageQuery(requestWith(query), person, services)
  for (const query of ['email__eq=x', 'search_order=email', 'digest__eq=x']) {
    t.throws(read(query), InvalidError, query)
  }
  t.end()
})

t.test('each parameter that is told of is read, and the other way round', (t) => {
  const values: Readonly<Record<string, string>> = {
    search_order: 'id',
    limit: '1',
    page_key: 'x',
    cursor: 'true',
    include: 'author',
    filter: '{}',
    filter_mode: 'or',
    query: 'a',
  }
  const parameters = pageParameters(servedAs('post'), services)
  const conditions = parameters.filter(({ name }) => name.includes('__'))
  t.same(
    new Set(parameters.filter((one) => !conditions.includes(one)).map(({ name }) => name)),
    new Set(Object.keys(values)),
  )
  const query = new URLSearchParams(values).toString()
  t.ok(readPageQuery(requestWith(query), post, services))
  t.ok(conditions.length > 40)
  for (const { name, schema } of conditions) {
    const value = valueOf(schema['type'] === 'array' ? schema['items'] : schema)
    t.ok(readPageQuery(requestWith(`${name}=${value}`), post, services), name)
  }
  t.end()
})

function valueOf(schema: unknown): string {
  const { type, format } = schema as { readonly type: string; readonly format?: string }
  if (format === 'uuid') return '9b38eb94-573f-43d6-a9e7-910757ce3f54'
  return type === 'boolean' ? 'true' : '1'
}

t.test('there is no include where there is nothing to include', (t) => {
  t.same(
    includeParameters(servedAs('person'), services).map(({ name }) => name),
    ['include'],
  )
  t.same(includeParameters(servedAs('person'), { served: new Map() }), [])
  t.ok(filterParameters(servedAs('person')).every(({ name }) => !name.startsWith('digest')))
  t.end()
})
