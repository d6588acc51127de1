/** That what links lead to is read as its caller may: a row, a page, a number. */
import t from 'tap'
import { openStoreFactory } from '../../../framework/store/open-store-factory.ts'
import { restrictedStoreFactory } from '../../../framework/store/restricted-store-factory.ts'
import {
  absent,
  ann,
  annsRoom,
  bob,
  carl,
  carlsRoom,
  draft,
  openChatApi,
  published,
  root,
} from '../../kit/chat-api.ts'
import { faultsIn, openTestApi } from '../../kit/http.ts'
import { samples } from '../../kit/sample-resources.ts'
import { numberedId, openTestStores } from '../../kit/stores.ts'

const { call, stores } = await openChatApi(t)

interface WirePage {
  readonly results: readonly { readonly key: string }[]
  readonly next_page_key: string | null
}
const keysOf = ({ results }: WirePage): readonly string[] => results.map(({ key }) => key)
const page = async (path: string, as?: string): Promise<WirePage> => {
  const response = await call(`GET /actions/${path}`, as === undefined ? {} : { as })
  t.equal(response.statusCode, 200, path)
  return response.json()
}

t.test('a link to one row answers it, with its tag', async (t) => {
  const response = await call(`GET /actions/post/${published}/author`, { as: ann })
  const direct = await call(`GET /actions/person/${ann}`, { as: ann })
  t.equal(response.body, direct.body)
  t.equal(response.headers['etag'], direct.headers['etag'])
  t.equal(
    (await call(`GET /actions/post/${published}/reply-to`)).statusCode,
    404,
    'it points at none',
  )
  t.equal(
    (await call(`GET /actions/post/${published}/room`, { as: carl })).statusCode,
    404,
    'hidden',
  )
  t.equal((await call(`GET /actions/post/${published}/room`, { as: bob })).statusCode, 200)
  t.equal((await call(`GET /actions/post/${published}/room`)).statusCode, 404)
})

t.test('the link of a row that is absent or hidden is not there', async (t) => {
  for (const key of [absent, draft, 'nonsense']) {
    for (const link of ['author', 'replies']) {
      t.equal((await call(`GET /actions/post/${key}/${link}`, { as: bob })).statusCode, 404)
    }
  }
  t.equal((await call(`GET /actions/room/${carlsRoom}/posts`, { as: ann })).statusCode, 404)
  t.equal((await call(`GET /actions/room/${carlsRoom}/posts`)).statusCode, 401)
})

t.test('a link to many rows answers a page of what the caller may read of them', async (t) => {
  t.same(keysOf(await page(`person/${ann}/posts`)), [published])
  t.same(keysOf(await page(`person/${ann}/posts`, ann)), [published, draft])
  t.same(keysOf(await page(`person/${bob}/posts`, ann)), [])
  t.same(keysOf(await page(`room/${annsRoom}/posts`, bob)), [published])
  t.same(keysOf(await page(`person/${ann}/posts?draft__eq=true`, ann)), [draft])
  t.same(keysOf(await page(`person/${ann}/posts?search_order=-id&limit=1`, ann)), [draft])
  t.match(await page(`person/${ann}/posts?include=author`), {
    results: [{ item: { author: { name: 'ann' } } }],
  })
})

t.test('its parameters are those of a search', async (t) => {
  const cases = [
    ['nothing=1', '?nothing is not known here'],
    ['limit=0', '?limit must be a whole number from 1 to 100'],
    [
      'filter={%22author%22:{%22digest%22:{%22eq%22:%22x%22}}}',
      '?filter/author/digest is not known here',
    ],
  ] as const
  for (const [query, fault] of cases) {
    t.same(faultsIn(await call(`GET /actions/person/${ann}/posts?${query}`)), [fault])
    t.same(
      faultsIn(await call(`GET /actions/person/${absent}/posts?${query}`)),
      [fault],
      '400 before 404',
    )
  }
  t.equal((await call(`GET /actions/post/${published}/author?limit=1`)).statusCode, 400)
})

t.test('pages of a link go on where they ended, and lead nowhere else', async (t) => {
  for (const [index, text] of ['a', 'b', 'c', 'd'].entries()) {
    const id = numberedId(100 + index)
    await stores.store('post').create({ id, room_id: annsRoom, author_id: carl, text })
  }
  const first = await page(`person/${carl}/posts?limit=3`)
  const key = first.next_page_key ?? ''
  const second = await page(`person/${carl}/posts?limit=3&page_key=${key}`)
  t.same([...keysOf(first), ...keysOf(second)], [100, 101, 102, 103].map(numberedId))
  t.equal(second.next_page_key, null)
  t.equal((await call(`GET /actions/person/${ann}/posts?page_key=${key}`)).statusCode, 400)
  t.equal(
    (await call(`GET /actions/person/${carl}/posts?page_key=${key}`, { as: ann })).statusCode,
    400,
  )
})

t.test('an included page goes on by the operation of its link', async (t) => {
  for (let number = 200; number < 225; number += 1) {
    await stores
      .store('post')
      .create({ id: numberedId(number), room_id: annsRoom, author_id: root, text: `n ${number}` })
  }
  const response = await call(`GET /actions/person/${root}?include=posts`)
  t.equal(response.headers['etag'], undefined)
  const { posts } = response.json<{ item: { posts: WirePage } }>().item
  t.equal(posts.results.length, 20)
  const rest = await page(`person/${root}/posts?page_key=${posts.next_page_key ?? ''}`)
  t.same(
    [...keysOf(posts), ...keysOf(rest)],
    Array.from({ length: 25 }, (_, index) => numberedId(200 + index)),
  )
})

t.test('links of every kind, over keys of every kind', async (t) => {
  const stores = await openTestStores(t, samples)
  const factories = [...Object.values(samples.resources)].map((resource) =>
    openStoreFactory(resource),
  )
  const { call } = await openTestApi(t, stores, { factories })
  const thing = numberedId(1)
  await stores.store('place').create({ country: 'de', number: 1, title: 'Here' })
  await stores
    .store('everything')
    .create({ id: thing, title: 'Thing', place_country: 'de', place_number: 1 })
  await stores.store('everything').create({ id: numberedId(2), title: 'Child', parent_id: thing })
  await stores.store('note').create({ everything_id: thing, text: 'On it' })
  for (let number = 0; number < 23; number += 1) {
    const name = `tag ${String(number).padStart(2, '0')}`
    await stores.store('tag').create({ name })
    await stores.store('mark').create({ everything_id: thing, tag_name: name })
  }
  const get = async (path: string) =>
    (await call(`GET /actions/${path}`)).json<Record<string, unknown>>()

  const { key } = await get(`everything/${thing}/place`)
  t.match(await get(`everything/${thing}/place`), { item: { country: 'de', number: 1 } })
  t.same(await get(`place/${String(key)}/thing-count`), { count: 1 })
  t.match(await get(`place/${String(key)}/things`), { results: [{ key: thing }] })
  t.match(await get(`everything/${thing}/note`), { key: '1', item: { text: 'On it' } })
  t.equal((await call(`GET /actions/everything/${numberedId(2)}/note`)).statusCode, 404)
  t.match(await get('note/1/everything'), { key: thing })
  t.same(await get(`everything/${thing}/child-count`), { count: 1 })
  t.equal((await call(`GET /actions/everything/${thing}/child-count?x=1`)).statusCode, 400)

  const marks = (await get(`everything/${thing}/marks?limit=21`)) as unknown as WirePage
  const more = (await get(
    `everything/${thing}/marks?page_key=${String(marks.next_page_key)}`,
  )) as unknown as WirePage
  t.equal(new Set([...keysOf(marks), ...keysOf(more)]).size, 23)
  t.same(await get(`everything/${thing}/marks?name__eq=tag+07`), {
    results: [
      {
        key: 'tag 07',
        item: { name: 'tag 07', description: null },
        updatable: true,
        deletable: true,
      },
    ],
    next_page_key: null,
  })
  t.match(await get('tag/tag%2007/marked'), { results: [{ key: thing }], next_page_key: null })

  const { item } = (await get(
    `everything/${thing}?include=marks,note.everything,place,children,child_count,parent`,
  )) as { item: Record<string, unknown> }
  t.match(item, {
    place: { title: 'Here' },
    note: { text: 'On it', everything: { title: 'Thing' } },
    children: { results: [{ key: numberedId(2) }], next_page_key: null },
    child_count: 1,
    parent: null,
  })
  const included = item['marks'] as WirePage
  t.equal(included.results.length, 20)
  const rest = (await get(
    `everything/${thing}/marks?page_key=${String(included.next_page_key)}`,
  )) as unknown as WirePage
  t.equal(new Set([...keysOf(included), ...keysOf(rest)]).size, 23)
})

t.test('a link to what is not served is not there', async (t) => {
  const stores = await openTestStores(t, samples)
  const factories = [
    openStoreFactory(samples.resources.everything),
    restrictedStoreFactory(samples, 'tag', ({ anyone, nobody }) => ({
      create: anyone,
      read: nobody,
    })),
  ]
  const { call, document } = await openTestApi(t, stores, { factories })
  const { key } = await stores.store('everything').create({ title: 'Thing' })
  for (const link of ['place', 'tag', 'marks', 'note']) {
    t.equal((await call(`GET /actions/everything/${key}/${link}`)).statusCode, 404)
    const included = await call(`GET /actions/everything/${key}?include=${link}`)
    t.same(faultsIn(included), [`?include names '${link}', which is not known here`])
  }
  t.equal((await call(`GET /actions/everything/${key}/children`)).statusCode, 200)
  t.same(
    Object.keys(document['paths'] as object).filter((path) => path.includes('tag')),
    ['/actions/tag', '/actions/tag-batch'],
  )
})
