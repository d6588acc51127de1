/** That one row is created, read, updated and deleted over HTTP as its caller may, and refused in the order of faults. */
import t from 'tap'
import Type from 'typebox'
import { resources } from '../../../framework/resource/registry.ts'
import { resource } from '../../../framework/resource/resource.ts'
import { id } from '../../../framework/resource/standard-attributes.ts'
import { openStoreFactory } from '../../../framework/store/open-store-factory.ts'
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
import { openTestStores } from '../../kit/stores.ts'

const { call, stores } = await openChatApi(t)

t.test('a create answers the row, where it is and its tag', async (t) => {
  const response = await call('POST /actions/room', { as: bob, json: { item: { title: 'Mine' } } })
  t.equal(response.statusCode, 201)
  const { key, ...result } = response.json<{ key: string }>()
  t.same(result, {
    item: { id: key, title: 'Mine', owner_id: bob },
    updatable: true,
    deletable: true,
  })
  t.equal(response.headers['location'], `/actions/room/${key}`)
  t.match(response.headers['etag'], /^".+"$/)
  const read = await call(`GET ${String(response.headers['location'])}`, { as: bob })
  t.equal(read.body, response.body)
  t.equal(read.headers['etag'], response.headers['etag'])
  t.match(read.headers, { 'cache-control': 'private, no-cache', vary: 'Authorization' })
})

t.test('a result tells what its caller may do, and shows what its caller may read', async (t) => {
  const sights = [
    [undefined, { updatable: false, deletable: false }],
    [ann, { updatable: true, deletable: false, item: { email: 'ann@example.org' } }],
    [bob, { updatable: false, deletable: false }],
    [root, { updatable: true, deletable: true, item: { email: 'ann@example.org' } }],
  ] as const
  for (const [as, sight] of sights) {
    const response = await call(`GET /actions/person/${ann}`, as === undefined ? {} : { as })
    t.match(response.json(), sight)
    t.equal(response.body.includes('email'), 'item' in sight)
    t.notMatch(response.body, /digest|secret/)
  }
})

t.test('faults come in their order', async (t) => {
  const wrong = { item: { text: '' } }
  const good = { item: { text: 'Changed' } }
  const cases = [
    // 400 before 401 before 404 before 403 before 412
    ['PATCH', published, undefined, wrong, 400],
    ['PATCH', published, undefined, good, 401],
    ['PATCH', absent, undefined, wrong, 400],
    ['PATCH', absent, bob, wrong, 400],
    ['PATCH', absent, bob, good, 404],
    ['PATCH', draft, bob, good, 404],
    ['PATCH', published, bob, good, 403],
    ['PATCH', published, bob, { ...good, precondition: { text: { eq: 'other' } } }, 403],
    ['PATCH', published, ann, { ...good, precondition: { text: { eq: 'other' } } }, 412],
    ['PATCH', absent, ann, { ...good, precondition: { text: { eq: 'other' } } }, 404],
    ['PATCH', 'no key at all', ann, good, 404],
    ['PATCH', published, 'bad', wrong, 401],
    ['DELETE', published, undefined, undefined, 401],
    ['DELETE', absent, undefined, undefined, 401],
    ['DELETE', absent, bob, undefined, 404],
    ['DELETE', draft, bob, undefined, 404],
    ['DELETE', published, bob, undefined, 403],
    ['DELETE', 'no key at all', bob, undefined, 404],
    ['GET', absent, undefined, undefined, 404],
    ['GET', draft, undefined, undefined, 404],
    ['GET', draft, bob, undefined, 404],
    ['GET', draft, 'bad', undefined, 401],
    ['GET', '%00', undefined, undefined, 404],
    ['GET', 'x'.repeat(3000), undefined, undefined, 404],
  ] as const
  for (const [method, key, as, json, status] of cases) {
    const told = { ...(as === undefined ? {} : { as }), ...(json === undefined ? {} : { json }) }
    const response = await call(`${method} /actions/post/${encodeURI(key)}`, told)
    t.equal(
      response.statusCode,
      status,
      `${method} ${key.slice(-4)} as ${as ?? 'nobody'} ${JSON.stringify(json)}`,
    )
  }
  t.match(await stores.store('post').readOrThrow(published), { item: { text: 'Hello' } })
  t.ok(await stores.store('post').read(draft))
})

t.test('what is hidden is answered as what is absent', async (t) => {
  for (const [method, json] of [['GET'], ['PATCH', { item: { text: 'x' } }], ['DELETE']] as const) {
    const [hidden, missing] = await Promise.all(
      [draft, absent].map((key) =>
        call(`${method} /actions/post/${key}`, {
          as: bob,
          ...(json === undefined ? {} : { json }),
          headers: { 'if-match': '"x"' },
        }),
      ),
    )
    const told = (response = hidden) => [
      response?.statusCode,
      response?.body.replaceAll(/[0-9]{12}"/g, ''),
      { ...response?.headers, 'content-length': '', date: '' },
    ]
    t.same(told(hidden), told(missing), method)
  }
})

t.test('input is refused by name, and nothing is written', async (t) => {
  const before = await stores.store('room').count()
  const cases = [
    [{}, ['/item is required']],
    [{ item: null }, ['/item must be an object']],
    [{ item: [] }, ['/item must be an object']],
    [{ item: { title: 'x' }, more: 1 }, ['/more is not known here']],
    [{ item: {} }, ['/item/title is required']],
    [{ item: { title: 1 } }, ['/item/title must be string']],
    [{ item: { title: null } }, ['/item/title must not be null']],
    [{ item: { title: 'x', owner_id: bob } }, ['/item/owner_id is not known here']],
    [
      { item: { title: 'x', 'a/b': 1, constructor: 1 } },
      ['/item/a~1b is not known here', '/item/constructor is not known here'],
    ],
    [[], [' must be an object with item']],
    [null, [' must be an object with item']],
  ] as const
  for (const [json, faults] of cases) {
    for (const as of [ann, undefined]) {
      const response = await call('POST /actions/room', {
        json,
        ...(as === undefined ? {} : { as }),
      })
      t.equal(response.statusCode, 400)
      t.same(faultsIn(response), faults)
    }
  }
  t.equal((await call('POST /actions/room', { as: ann })).statusCode, 400, 'no body')
  t.equal(
    (await call('POST /actions/room?x=1', { as: ann, json: { item: { title: 'x' } } })).statusCode,
    400,
  )
  t.equal((await call('POST /actions/room', { json: { item: { title: 'x' } } })).statusCode, 401)
  t.equal(await stores.store('room').count(), before)
})

t.test('what some callers may set is forbidden to the others, not unknown', async (t) => {
  const json = { item: { admin: true } }
  t.equal((await call(`PATCH /actions/person/${bob}`, { as: bob, json })).statusCode, 403)
  t.equal((await call(`PATCH /actions/person/${root}`, { as: root, json })).statusCode, 403)
  t.equal((await call(`PATCH /actions/person/${carl}`, { as: root, json })).statusCode, 200)
  t.equal(
    (await call(`PATCH /actions/person/${bob}`, { as: bob, json: { item: { digest: 'x' } } }))
      .statusCode,
    400,
  )
})

t.test('an unreadable attribute can’t be asked for by a precondition', async (t) => {
  const json = { item: { name: 'bob' }, precondition: { digest: { eq: 'secret bob' } } }
  const response = await call(`PATCH /actions/person/${bob}`, { as: bob, json })
  t.same(faultsIn(response), ['/precondition/digest is not known here'])
})

t.test(
  'If-None-Match: a caller that has the row as it sees it is told so, and no other caller',
  async (t) => {
    const read = (as: string, tag?: string) =>
      call(`GET /actions/person/${bob}`, {
        as,
        headers: tag === undefined ? {} : { 'if-none-match': tag },
      })
    const [bobs, anns] = [await read(bob), await read(ann)].map(({ headers }) =>
      String(headers['etag']),
    )
    t.not(bobs, anns)
    const same = await read(bob, `"x", W/${bobs ?? ''}`)
    t.equal(same.statusCode, 304)
    t.equal(same.body, '')
    t.match(same.headers, {
      etag: bobs,
      vary: 'Authorization',
      'cache-control': 'private, no-cache',
    })
    t.equal((await read(bob, '*')).statusCode, 304)
    t.equal((await read(ann, bobs)).statusCode, 200)
    t.equal((await read(bob, anns)).statusCode, 200)
    t.equal((await read(bob, 'nonsense')).statusCode, 200)
    await call(`PATCH /actions/person/${bob}`, {
      as: bob,
      json: { item: { email: 'new@example.org' } },
    })
    t.equal((await read(bob, bobs)).statusCode, 200)
    const head = await call(`HEAD /actions/person/${bob}`, {
      as: bob,
      headers: { 'if-none-match': '*' },
    })
    t.equal(head.statusCode, 304)
  },
)

t.test('If-Match: a write finds the row as its caller read it, or does nothing', async (t) => {
  const path = `/actions/room/${annsRoom}`
  const tagOf = async (as: string) => String((await call(`GET ${path}`, { as })).headers['etag'])
  const write = (ifMatch: string, as = ann) =>
    call(`PATCH ${path}`, {
      as,
      headers: { 'if-match': ifMatch },
      json: { item: { title: `To ${ifMatch}`.slice(0, 9) } },
    })
  const tag = await tagOf(ann)
  for (const stale of ['"x"', 'nonsense', '', `W/${tag}`, await tagOf(bob)]) {
    t.equal((await write(stale)).statusCode, 412, stale)
  }
  const written = await write(`"x", ${tag}`)
  t.equal(written.statusCode, 200)
  t.not(written.headers['etag'], tag)
  t.equal((await write(tag)).statusCode, 412)
  t.equal((await write('*')).statusCode, 200)
  t.equal((await write('"x"', bob)).statusCode, 403)
  t.equal((await write('"x"', carl)).statusCode, 404)
  const missing = { as: ann, headers: { 'if-match': '*' }, json: { item: { title: 'x' } } }
  t.equal((await call(`PATCH /actions/room/${absent}`, missing)).statusCode, 404)
  t.equal((await call(`DELETE ${path}`, { as: ann, headers: { 'if-match': tag } })).statusCode, 412)
  const get = await call(`GET ${path}`, { as: ann, headers: { 'if-match': tag } })
  t.equal(get.statusCode, 412, 'If-Match goes before all else')
  const wrong = await call(`PATCH ${path}`, {
    as: ann,
    headers: { 'if-none-match': '*' },
    json: { item: {} },
  })
  t.equal(wrong.statusCode, 400, 'If-None-Match can’t be asked of a write')
})

t.test('a delete is done once', async (t) => {
  const room = await stores.store('room').create({ title: 'Gone soon', owner_id: carl })
  const { headers } = await call(`GET /actions/room/${room.key}`, { as: carl })
  const remove = () =>
    call(`DELETE /actions/room/${room.key}`, {
      as: carl,
      headers: { 'if-match': String(headers['etag']) },
    })
  t.equal((await remove()).statusCode, 204)
  t.equal((await remove()).statusCode, 404)
  t.equal(await stores.store('room').read(room.key), undefined)
})

t.test('a conflict names the fault without the row', async (t) => {
  const taken = await call(`PATCH /actions/person/${bob}`, {
    as: bob,
    json: { item: { name: 'ann' } },
  })
  t.equal(taken.statusCode, 409)
  t.notMatch(taken.body, 'ann')
  const blocked = await call(`DELETE /actions/person/${ann}`, { as: root })
  t.equal(blocked.statusCode, 409)
})

t.test('a reference to what the caller may not read is refused like one to nothing', async (t) => {
  const create = async (room_id: string) =>
    faultsIn(await call('POST /actions/post', { as: ann, json: { item: { room_id, text: 'x' } } }))
  t.same(await create(carlsRoom), await create(absent))
})

t.test('a repeated create is done once, and answered as the first time', async (t) => {
  const create = (key: string, title: string, as = ann) =>
    call('POST /actions/room', {
      as,
      headers: { 'idempotency-key': key },
      json: { item: { title } },
    })
  const before = await stores.store('room').count()
  const first = await create('k1', 'Once')
  const again = await create('k1', 'Once')
  t.equal(first.statusCode, 201)
  t.equal(first.headers['idempotent-replayed'], undefined)
  t.equal(again.headers['idempotent-replayed'], 'true')
  t.equal(again.statusCode, 201)
  t.equal(again.body, first.body)
  t.match(again.headers, { etag: first.headers['etag'], location: first.headers['location'] })
  t.equal((await create('k1', 'Other')).statusCode, 409)
  t.equal((await create('k1', 'Once', bob)).headers['idempotent-replayed'], undefined)
  t.equal((await create('x'.repeat(256), 'Once')).statusCode, 400)
  t.equal((await create('k2', '')).statusCode, 400)
  t.equal((await create('k2', 'After a fault')).statusCode, 201)
  t.equal(await stores.store('room').count(), before + 3)
})

t.test('where If-Match is demanded, a write without it is 428', async (t) => {
  const page = resource('page', {
    attributes: { id: id(), text: Type.String() },
    requiresIfMatch: true,
  })
  const registry = resources({ page })
  const stores = await openTestStores(t, registry)
  const { call, document } = await openTestApi(t, stores, { factories: [openStoreFactory(page)] })
  const { key } = await stores.store('page').create({ text: 'a' })
  const path = `/actions/page/${key}`
  const tag = String((await call(`GET ${path}`)).headers['etag'])
  const json = { item: { text: 'b' } }
  t.equal((await call(`PATCH ${path}`, { json: { item: 1 } })).statusCode, 400)
  for (const line of [`PATCH ${path}`, `DELETE ${path}`]) {
    const response = await call(line, line.startsWith('PATCH') ? { json } : {})
    t.equal(response.statusCode, 428)
    t.match(response.json(), { type: '/problems/precondition_required' })
  }
  t.match(await stores.store('page').readOrThrow(key), { item: { text: 'a' } })
  const written = await call(`PATCH ${path}`, { json, headers: { 'if-match': tag } })
  t.equal(written.statusCode, 200)
  const edits = [
    { delete_key: key },
    { delete_key: key, if_match: String(written.headers['etag']) },
  ]
  const batch = await call('PATCH /actions/page-batch', { json: { edits } })
  t.match(batch.json(), [{ code: 'precondition_required' }, { success: true }])
  const paths = document['paths'] as Record<string, Record<string, { responses: object }>>
  t.ok('428' in (paths['/actions/page/{key}']?.['delete']?.responses ?? {}))
})
