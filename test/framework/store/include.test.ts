/** That what is linked is put into a whole page by one statement for each link of each level, as the caller may read it. */
import t from 'tap'
import { parseInclude } from '../../../framework/filter/include.ts'
import type { Resource } from '../../../framework/resource/resource.ts'
import { ANONYMOUS, type Authorization } from '../../../framework/security/authorization.ts'
import { callerStores } from '../../../framework/store/caller-stores.ts'
import { resolveIncludes, type LinkedPlace } from '../../../framework/store/include.ts'
import { openStoreFactory } from '../../../framework/store/open-store-factory.ts'
import type { StoreFactory } from '../../../framework/store/store-factory.ts'
import { VERSION, type Result } from '../../../framework/store/store.ts'
import { ForbiddenError, UnavailableError } from '../../../framework/errors.ts'
import { chat, chatFactories } from '../../kit/chat-resources.ts'
import { samples } from '../../kit/sample-resources.ts'
import { callerOf, numberedId, openTestStores } from '../../kit/stores.ts'

const stores = await openTestStores(t, samples)
const open = Object.values(samples.resources).map((resource: Resource) =>
  openStoreFactory(resource),
)

interface Told {
  readonly factories?: readonly StoreFactory[]
  readonly caller?: Authorization
}

/** The items of a page with includes, the places of included pages, and how many statements it took. */
async function include(
  text: string,
  keys: readonly string[],
  { factories = open, caller = ANONYMOUS }: Told = {},
) {
  const peers = callerStores({
    registry: samples,
    factories,
    plain: (name) => stores.store(name as 'note'),
  })(caller)
  const resource = samples.resources.everything
  const results = (await stores.store('everything').readBatch(keys)).filter(
    (result) => result !== undefined,
  )
  const includes = parseInclude(text, { registry: samples, resource, pointer: '?include' })
  const places: LinkedPlace[] = []
  const toPageKey = (place: LinkedPlace): string => `page ${places.push(place)}`
  const before = stores.statements.length
  const resolved = await resolveIncludes(
    { resource, results, includes },
    { registry: samples, peers, toPageKey },
  )
  const items = resolved.map(({ item }) => item as Readonly<Record<string, unknown>>)
  return { resolved, items, places, statements: stores.statements.length - before }
}

const things = [1, 2, 3, 4, 5].map(numberedId)
await stores.store('tag').create({ name: 'red' })
await stores.store('tag').create({ name: 'green' })
await stores.store('place').create({ country: 'de', number: 1, title: 'Here' })
for (const [index, id] of things.entries()) {
  const place = index < 2 ? { place_country: 'de', place_number: 1 } : {}
  const tag_name = index === 0 ? null : 'red'
  const parent_id = index < 3 ? null : numberedId(1)
  await stores
    .store('everything')
    .create({ id, title: `Thing ${String(index)}`, tag_name, parent_id, ...place })
  if (index !== 1)
    await stores.store('note').create({ everything_id: id, text: `On ${String(index)}` })
  await stores.store('mark').create({ everything_id: id, tag_name: 'red' })
  if (index < 2) await stores.store('mark').create({ everything_id: id, tag_name: 'green' })
}

t.test(
  'every kind of link is put under its name, by one statement for the whole page',
  async (t) => {
    const cases = [
      ['tag', [null, { name: 'red' }, { name: 'red' }, { name: 'red' }, { name: 'red' }], 1],
      ['place', [{ title: 'Here' }, { title: 'Here' }, null, null, null], 1],
      ['note', [{ text: 'On 0' }, null, { text: 'On 2' }, { text: 'On 3' }, { text: 'On 4' }], 1],
      ['child_count', [2, 0, 0, 0, 0], 1],
      [
        'children',
        [
          { results: [{ key: things[3] }, { key: things[4] }], next_page_key: null },
          { results: [] },
          {},
          {},
          {},
        ],
        1,
      ],
      [
        'marks',
        [
          { results: [{ key: 'green' }, { key: 'red' }], next_page_key: null },
          { results: [{}, {}] },
          { results: [{ key: 'red' }] },
          {},
          {},
        ],
        2,
      ],
    ] as const
    for (const [link, values, statements] of cases) {
      const told = await include(link, things)
      t.match(
        told.items.map((item) => item[link]),
        values,
        link,
      )
      t.equal(told.statements, statements, link)
    }
  },
)

t.test('what many rows point at is asked for once', async (t) => {
  await include('tag', things)
  const { values } = stores.statements.at(-1) ?? { values: [] }
  t.equal(values.join().match(/red/g)?.length, 1)
})

t.test('levels below are read for the whole level at once', async (t) => {
  const told = await include('children.note.everything,tag.tagged,child_count', things)
  // children, note, everything; tag, tagged; child_count
  t.equal(told.statements, 6)
  t.match(told.items[0], {
    children: {
      results: [
        { item: { note: { text: 'On 3', everything: { title: 'Thing 3' } } } },
        { item: { note: { text: 'On 4' } } },
      ],
    },
    tag: null,
    child_count: 2,
  })
  t.match(told.items[1], { tag: { tagged: { results: [{}, {}, {}, {}] } } })
  t.equal(
    await include('children.note', [numberedId(2)]).then(({ statements }) => statements),
    1,
    'nothing to go on with',
  )
  t.equal((await include('tag', [numberedId(1)])).statements, 0, 'points at none')
})

t.test('the results keep all else, and those that were read are not changed', async (t) => {
  const [before] = await stores.store('everything').readBatch([numberedId(1)])
  const { resolved } = await include('child_count', [numberedId(1)])
  t.match(resolved[0], {
    key: numberedId(1),
    updatable: true,
    deletable: true,
    item: { title: 'Thing 0' },
  })
  t.equal(resolved[0]?.[VERSION], before?.[VERSION])
  t.notOk('child_count' in (before?.item ?? {}))
  const none: readonly Result[] = []
  const peers = { store: () => undefined }
  const scope = { registry: samples, peers, toPageKey: () => '' }
  t.equal(
    await resolveIncludes({ resource: samples.resources.tag, results: none, includes: [] }, scope),
    none,
  )
})

t.test('a page that is not the last tells where the next begins', async (t) => {
  const parent = numberedId(50)
  await stores.store('everything').create({ id: parent, title: 'Parent' })
  for (let number = 0; number < 22; number += 1) {
    const name = `t${String(number).padStart(2, '0')}`
    await stores
      .store('everything')
      .create({ id: numberedId(60 + number), title: 'Child', parent_id: parent })
    await stores.store('tag').create({ name })
    await stores.store('mark').create({ everything_id: parent, tag_name: name })
  }
  const { items, places } = await include('children,marks', [parent])
  t.match(items, [{ children: { next_page_key: 'page 1' }, marks: { next_page_key: 'page 2' } }])
  t.same(
    places.map(({ after }) => after),
    [[numberedId(79)], ['t19']],
  )
  const [children, marks] = await Promise.all(
    places.map(({ resource, filter, after }) =>
      stores.store(resource.name as 'tag').search({ filter, after }),
    ),
  )
  t.same(
    children?.results.map(({ key }) => key),
    [numberedId(80), numberedId(81)],
  )
  t.same(
    marks?.results.map(({ key }) => key),
    ['t20', 't21'],
  )
})

t.test('what is not served is as nothing, and costs nothing', async (t) => {
  const factories = [openStoreFactory(samples.resources.everything)]
  const { items, statements } = await include('tag,note,marks,place', [numberedId(2)], {
    factories,
  })
  t.match(items, [
    { tag: null, note: null, marks: { results: [], next_page_key: null }, place: null },
  ])
  t.equal(statements, 0)
  const withoutJoin = [...factories, openStoreFactory(samples.resources.tag)]
  t.match((await include('marks,tag', [numberedId(2)], { factories: withoutJoin })).items, [
    { marks: { results: [] }, tag: { name: 'red' } },
  ])
})

t.test('what a store refuses to show is as nothing; what breaks is not hidden', async (t) => {
  const refusing = (error: Error): readonly StoreFactory[] => [
    ...open.filter(({ resource }) => resource.name !== 'tag'),
    {
      ...openStoreFactory(samples.resources.tag),
      open: (plain) => (caller, peers) => ({
        ...openStoreFactory(samples.resources.tag).open(plain as never)(caller, peers),
        readBatch: () => Promise.reject(error),
      }),
    },
  ]
  t.match(
    (await include('tag', [numberedId(2)], { factories: refusing(new ForbiddenError()) })).items,
    [{ tag: null }],
  )
  await t.rejects(
    include('tag', [numberedId(2)], { factories: refusing(new UnavailableError()) }),
    UnavailableError,
  )
})

t.test('each caller sees what it may read', async (t) => {
  const stores = await openTestStores(t, chat)
  const [ann, bob] = [1, 2].map(numberedId) as [string, string]
  const room = numberedId(11)
  for (const [id, name] of [
    [ann, 'ann'],
    [bob, 'bob'],
  ] as const) {
    await stores.store('person').create({ id, name, email: `${name}@example.org` })
  }
  await stores.store('room').create({ id: room, title: 'Room', owner_id: ann })
  const post = { room_id: room, author_id: ann }
  const { key } = await stores.store('post').create({ ...post, text: 'Hello' })
  await stores.store('post').create({ ...post, text: 'Not yet', draft: true, reply_to_id: key })
  const see = async (caller: Authorization) => {
    const peers = callerStores({
      registry: chat,
      factories: chatFactories,
      plain: (name) => stores.store(name as 'room'),
    })(caller)
    const resource = chat.resources.post
    const results = [await stores.store('post').readOrThrow(key)]
    const includes = parseInclude('author,room,replies', { registry: chat, resource, pointer: '' })
    const scope = { registry: chat, peers, toPageKey: () => '' }
    const [resolved] = await resolveIncludes({ resource, results, includes }, scope)
    return resolved?.item
  }
  t.match(await see(callerOf(ann)), {
    author: { name: 'ann', email: 'ann@example.org' },
    room: { title: 'Room' },
    replies: { results: [{ item: { text: 'Not yet' } }] },
  })
  for (const caller of [callerOf(bob), ANONYMOUS]) {
    const item = await see(caller)
    t.match(item, { author: { name: 'ann' }, room: null, replies: { results: [] } })
    t.notMatch(JSON.stringify(item), /example.org|digest/)
  }
})
