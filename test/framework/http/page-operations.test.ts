/** That searches and counts answer what their caller may read, a page at a time. */
import t from 'tap'
import {
  ann,
  annsRoom,
  bob,
  carl,
  draft,
  openChatApi,
  published,
  root,
} from '../../kit/chat-api.ts'
import { faultsIn } from '../../kit/http.ts'
import { numberedId } from '../../kit/stores.ts'

const { call, stores, operations } = await openChatApi(t)

interface WirePage {
  readonly results: readonly { readonly key: string; readonly item: Record<string, unknown> }[]
  readonly next_page_key: string | null
  readonly creatable: boolean
}

const search = async (query: string, as?: string, resource = 'post'): Promise<WirePage> => {
  const response = await call(
    `GET /actions/${resource}-search${query}`,
    as === undefined ? {} : { as },
  )
  t.equal(response.statusCode, 200, query)
  return response.json()
}
const keysOf = ({ results }: WirePage): readonly string[] => results.map(({ key }) => key)

t.test('a page shows what its caller may read, and whether it may create', async (t) => {
  t.same(keysOf(await search('')), [published])
  t.same(keysOf(await search('', bob)), [published])
  t.same(keysOf(await search('', ann)), [published, draft])
  t.equal((await search('')).creatable, false)
  t.equal((await search('', bob)).creatable, true)
  const { headers } = await call('GET /actions/post-search')
  t.match(headers, { 'cache-control': 'private, no-cache', vary: 'Authorization' })
})

t.test('filters select, alone and together', async (t) => {
  const cases = [
    ['?text__eq=Hello', [published]],
    ['?text__eq=hello', []],
    ['?text__contains=OT+y', [draft]],
    [`?id__oneof=${published}&id__oneof=${draft}`, [published, draft]],
    ['?score__exists=true', []],
    ['?score__exists=false&draft__eq=true', [draft]],
    ['?filter_mode=or&text__eq=Hello&draft__eq=true', [published, draft]],
    ['?query=not+yet', [draft]],
    [
      `?filter=${encodeURIComponent('{"author":{"name":{"eq":"ann"}},"not":{"draft":{"eq":true}}}')}`,
      [published],
    ],
    ['?filter={%22none%22:true}', []],
    ['?filter={}', [published, draft]],
    ['?search_order=-text', [draft, published]],
  ] as const
  for (const [query, keys] of cases) t.same(keysOf(await search(query, ann)), keys, query)
})

t.test('a count counts the same', async (t) => {
  const count = async (query: string, as?: string) =>
    (await call(`GET /actions/post-count${query}`, as === undefined ? {} : { as })).json<unknown>()
  t.same(await count(''), { count: 1 })
  t.same(await count('', ann), { count: 2 })
  t.same(await count('?draft__eq=true', ann), { count: 1 })
  t.same(await count('?draft__eq=true', bob), { count: 0 })
})

t.test('what is not known is refused by name', async (t) => {
  const cases = [
    ['?nothing=1', '?nothing is not known here'],
    ['?nothing__eq=1', '?nothing__eq is not known here'],
    ['?__proto__=1', '?__proto__ is not known here'],
    ['?constructor__eq=1', '?constructor__eq is not known here'],
    ['?text=1', '?text is not known here'],
    ['?text__eq__eq=1', '?text__eq__eq is not known here'],
    ['?a[]=1', '?a[] is not known here'],
    ['?text__eq=1&text__eq=2', '?text__eq may stand only once'],
    ['?limit=1&limit=1', '?limit may stand only once'],
    ['?cursor=yes', '?cursor must be true or false'],
    ['?cursor=true&cursor=true', '?cursor may stand only once'],
    ['?include=nobody', /^\?include names 'nobody', which is not known here$/],
    ['?include=author.digest', /^\?include names/],
    ['?search_order=nothing', /^\?search_order names 'nothing', which is not known here$/],
    ['?search_order=id;drop+table+post', /^\?search_order names/],
    ['?filter={%22digest%22:{%22eq%22:%22x%22}}', '?filter/digest is not known here'],
    ['?filter={%22a%22:1,%22a%22:1}', '?filter/a stands twice in one object'],
    ['?filter=nonsense', '?filter is not valid JSON'],
    ['?filter=[]', /must be an object/],
    ['?filter_mode=xor', /^\?filter_mode must be/],
    ['?text__gtx=1', /^\?text__gtx is no operator here/],
    ['?draft__contains=1', /^\?draft__contains is no operator here/],
    ['?draft__eq=yes', /^\?draft__eq must be/],
    ['?score__eq=1.5', /^\?score__eq must be/],
    ['?score__eq=2147483648', /^\?score__eq must be/],
    ['?author_id__eq=nobody', /^\?author_id__eq must be/],
    ['?text__eq=%00', '?text__eq must not hold the character NUL'],
    ['?text__eq=%ff', '?text__eq is not percent-encoded UTF-8'],
  ] as const
  for (const [query, fault] of cases) {
    const response = await call(`GET /actions/post-search${query}`, { as: ann })
    t.equal(response.statusCode, 400, query)
    t.match(faultsIn(response)[0], fault, query)
  }
  for (const name of ['limit', 'cursor']) {
    const count = await call(`GET /actions/post-count?${name}=1`)
    t.same(faultsIn(count), [`?${name} is not known here`])
  }
})

t.test(
  'a page comes with the cursor at which all of it was read, when it is asked for',
  async (t) => {
    const sentFor = async (path: string) => {
      const before = stores.statements.length
      const response = await call(`GET /actions/${path}`, { as: ann })
      t.equal(response.statusCode, 200)
      const { cursor } = response.json<{ cursor?: string }>()
      return { cursor, texts: stores.statements.slice(before).map(({ text }) => text) }
    }
    for (const path of ['post-search?include=author', `room/${annsRoom}/posts?include=author`]) {
      const plain = await sentFor(`${path}&cursor=false`)
      t.equal(plain.cursor, undefined)
      t.notOk(
        plain.texts.some((text) => text.includes('holdfast_feed')),
        'costs nothing',
      )
      const { cursor, texts } = await sentFor(`${path}&cursor=true`)
      t.match(cursor, /^[a-z0-9]+-[0-9]+$/)
      t.equal(texts.length, plain.texts.length + 1)
      t.match(texts[0], 'holdfast_feed', 'before anything else')
    }
  },
)

t.test('a limit is a whole number up to the batch size', async (t) => {
  for (const limit of [
    '0',
    '-1',
    '1.5',
    '1e2',
    '101',
    '1000000000',
    '01',
    '',
    ' 5',
    '0x10',
    'ten',
  ]) {
    const response = await call(`GET /actions/post-search?limit=${encodeURIComponent(limit)}`)
    t.same(faultsIn(response), ['?limit must be a whole number from 1 to 100'], limit)
  }
  t.equal((await search('?limit=100', ann)).results.length, 2)
})

t.test('what its caller may not read is neither filtered, sorted nor counted by', async (t) => {
  const cases = ['person-search?digest__eq=x', 'person-count?digest__startswith=x', 'person-search?search_order=digest',
    'person-search?digest__exists=true', 'post-search?filter={%22author%22:{%22digest%22:{%22eq%22:%22x%22}}}'] // prettier-ignore
  for (const path of cases) {
    for (const as of [undefined, ann, root]) {
      const response = await call(`GET /actions/${path}`, as === undefined ? {} : { as })
      t.equal(response.statusCode, 400, path)
      t.match(faultsIn(response)[0], 'is not known here')
    }
  }
  // Everybody may read an own email address: to others it is as null.
  t.same(keysOf(await search('?email__eq=ann@example.org', ann, 'person')), [ann])
  t.same(keysOf(await search('?email__eq=ann@example.org', bob, 'person')), [])
  t.same(keysOf(await search('?email__eq=ann@example.org', root, 'person')), [ann])
  t.equal(
    (await call('GET /actions/person-search?email__eq=ann@example.org')).statusCode,
    400,
    'nobody has one to read',
  )
})

t.test('pages go through all rows once, in every order, whatever the limit', async (t) => {
  const words = ['a', 'b', 'c', 'd', 'e', 'f', 'g']
  for (const [index, text] of words.entries()) {
    const id = numberedId(100 + index)
    const score = index % 3 === 0 ? null : index % 2
    await stores.store('post').create({ id, room_id: annsRoom, author_id: carl, text, score })
  }
  for (const order of [
    '',
    '&search_order=score',
    '&search_order=-score,text',
    '&search_order=-id',
  ]) {
    const whole = keysOf(await search(`?limit=100${order}`))
    t.equal(whole.length, words.length + 1)
    for (const limit of [1, 2, 3, 8]) {
      const seen: string[] = []
      let pageKey: string | null = ''
      while (pageKey !== null) {
        const page = await search(
          `?limit=${limit}${order}${pageKey === '' ? '' : `&page_key=${pageKey}`}`,
        )
        seen.push(...keysOf(page))
        pageKey = page.next_page_key
      }
      t.same(seen, whole, `limit ${limit}${order}`)
    }
  }
})

t.test('a page key is good for its own search by its own caller alone', async (t) => {
  const { next_page_key: key } = await search('?limit=1&text__ne=x', bob)
  const pageKey = key ?? ''
  const status = async (query: string, as = bob, path = 'post-search') =>
    (await call(`GET /actions/${path}?${query}`, { as })).statusCode
  t.equal(await status(`limit=2&text__ne=x&page_key=${pageKey}`), 200, 'limit may change')
  t.equal(await status(`include=author&text__ne=x&page_key=${pageKey}`), 200, 'include may change')
  const flipped = (pageKey.startsWith('A') ? 'B' : 'A') + pageKey.slice(1)
  const misuses = [
    [`page_key=${pageKey}`],
    [`text__ne=y&page_key=${pageKey}`],
    [`text__ne=x&search_order=-id&page_key=${pageKey}`],
    [`text__ne=x&page_key=${pageKey}`, ann],
    [`page_key=${pageKey}`, bob, 'person-search'],
    [`text__ne=x&page_key=${flipped}`],
    [`text__ne=x&page_key=${pageKey.slice(0, -1)}`],
    [`text__ne=x&page_key=${pageKey}A`],
    ['text__ne=x&page_key='],
    ['text__ne=x&page_key=%27+or+1=1'],
    [`text__ne=x&page_key=${'A'.repeat(15_000)}`],
  ] as const
  for (const [query, as, path] of misuses) {
    t.equal(await status(query, as, path), 400, query.slice(0, 60))
  }
})

t.test('nobody who may not read is told how many there are', async (t) => {
  for (const path of ['room-search', 'room-count', 'room-batch?keys=x']) {
    t.equal((await call(`GET /actions/${path}`)).statusCode, 401, path)
  }
  t.same(keysOf(await search('', root, 'room')), [])
})

t.test('where not everybody may read, the document says that it can be forbidden', (t) => {
  const errorsOf = (name: string) => operations.find((one) => one.name === name)?.errors
  for (const operation of ['search', 'count']) {
    t.same(errorsOf(`post_${operation}`), ['unauthenticated'])
    t.same(errorsOf(`room_${operation}`), ['unauthenticated', 'forbidden'])
  }
  t.end()
})
