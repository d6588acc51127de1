/** That several rows are read and edited at once, each as its caller may. */
import t from 'tap'
import {
  absent,
  ann,
  annsRoom,
  bob,
  carlsRoom,
  draft,
  openChatApi,
  published,
  root,
} from '../../kit/chat-api.ts'
import { faultsIn } from '../../kit/http.ts'
import { numberedId } from '../../kit/stores.ts'

const { call, stores } = await openChatApi(t)

interface Outcome {
  readonly success: boolean
  readonly code: string | null
  readonly detail: string | null
  readonly result: { readonly key: string; readonly item: Record<string, unknown> } | null
}

const edit = async (as: string, json: unknown, resource = 'post'): Promise<readonly Outcome[]> => {
  const response = await call(`PATCH /actions/${resource}-batch`, { as, json })
  t.equal(response.statusCode, 200)
  return response.json()
}
const codesOf = (outcomes: readonly Outcome[]) =>
  outcomes.map(({ success, code }) => (success ? 'ok' : code))

t.test(
  'rows come in the order of their keys, null for what is not there or not to be read',
  async (t) => {
    const read = async (query: string, as?: string) =>
      call(`GET /actions/post-batch${query}`, as === undefined ? {} : { as })
    const response = await read(
      `?keys=${draft}&keys=${published}&keys=${absent}&keys=nonsense&keys=${published}`,
    )
    t.same(
      response.json<Outcome['result'][]>().map((result) => result?.key ?? null),
      [null, published, null, null, published],
    )
    t.match((await read(`?keys=${draft}`, ann)).json(), [{ key: draft, updatable: true }])
    for (const query of ['', '?keys=a&limit=1', `?${'keys=a&'.repeat(101)}`]) {
      t.equal((await read(query)).statusCode, 400)
    }
    t.equal((await read(`?${'keys=a&'.repeat(100)}`)).statusCode, 200)
  },
)

t.test('each edit is done or refused by itself, in order', async (t) => {
  const outcomes = await edit(ann, {
    edits: [
      { create_item: { room_id: annsRoom, text: 'One' } },
      { create_item: { room_id: carlsRoom, text: 'No member here' } },
      { update_item: { id: published, text: 'Changed' } },
      { update_item: { id: absent, text: 'Changed' } },
      { update_item: { id: published, nothing: 1 } },
      { update_item: { text: 'no key' } },
      { update_item: { id: published, text: 'x' }, precondition: { text: { eq: 'Changed' } } },
      { update_item: { id: published, text: 'y' }, precondition: { text: { eq: 'Changed' } } },
      { update_item: { id: published, text: 'y' }, precondition: { nothing: { eq: 1 } } },
      { update_item: { id: published, text: 'y' }, if_match: '"nonsense"' },
      { delete_key: absent },
      { delete_key: draft },
    ],
  })
  t.same(codesOf(outcomes), [
    'ok', 'invalid', 'ok', 'not_found', 'invalid', 'invalid', 'ok', 'stale', 'invalid', 'stale', 'not_found', 'ok',
  ]) // prettier-ignore
  t.match(outcomes[0]?.result, { item: { text: 'One', author_id: ann } })
  t.match(outcomes[4]?.detail, '/edits/4/update_item/nothing is not known here')
  t.match(outcomes[5]?.detail, '/edits/5/update_item/id is required')
  t.match(outcomes[8]?.detail, '/edits/8/precondition/nothing is not known here')
  t.same(outcomes[11], { success: true, code: null, detail: null, result: null })
  t.match(await stores.store('post').readOrThrow(published), { item: { text: 'x' } })
  t.equal(await stores.store('post').read(draft), undefined)
})

t.test('what one may not do alone one may not do in a batch', async (t) => {
  const outcomes = await edit(bob, {
    edits: [
      { update_item: { id: published, text: 'by bob' } },
      { update_item: { id: published, text: 'by bob' }, precondition: { text: { eq: 'x' } } },
      { delete_key: published },
      { create_item: { room_id: annsRoom, author_id: bob, text: 'x' } },
      { create_item: { room_id: annsRoom, text: 'scored', score: 1 } },
    ],
  })
  t.same(codesOf(outcomes), ['forbidden', 'forbidden', 'forbidden', 'invalid', 'forbidden'])
  t.same(
    codesOf(await edit(root, { edits: [{ update_item: { id: root, admin: false } }] }, 'person')),
    ['forbidden'],
  )
  t.match(await stores.store('post').readOrThrow(published), { item: { text: 'x' } })
})

t.test('atomic: one failure, and nothing is written', async (t) => {
  const before = await stores.store('post').count()
  const good = { create_item: { room_id: annsRoom, text: 'All or nothing' } }
  for (const bad of [{ delete_key: absent }, { update_item: { text: 'no key' } }]) {
    const outcomes = await edit(ann, { atomic: true, edits: [good, bad, good] })
    t.same(
      outcomes.map(({ success }) => success),
      [false, false, false],
    )
    t.type(outcomes[1]?.code, 'string')
    t.same([outcomes[0]?.code, outcomes[2]?.code], [null, null])
    t.equal(await stores.store('post').count(), before)
  }
  t.same(codesOf(await edit(ann, { atomic: true, edits: [good] })), ['ok'])
  t.equal(await stores.store('post').count(), before + 1)
})

t.test('a batch that is none is refused whole, and nothing is written', async (t) => {
  const before = await stores.store('post').count()
  const good = { create_item: { room_id: annsRoom, text: 'x' } }
  const cases = [
    [{}, '/edits is required'],
    [{ edits: {} }, '/edits must be a list of at most 100 edits'],
    [
      { edits: Array.from({ length: 101 }, () => good) },
      '/edits must be a list of at most 100 edits',
    ],
    [{ edits: [good], atomic: 'yes' }, '/atomic must be true or false'],
    [{ edits: [good], more: 1 }, '/more is not known here'],
    [{ edits: [good, null] }, '/edits/1 must be an object'],
    [{ edits: [good, {}] }, '/edits/1 must have one of create_item, update_item, delete_key'],
    [
      { edits: [{ ...good, delete_key: 'x' }] },
      '/edits/0 must have one of create_item, update_item, delete_key',
    ],
    [{ edits: [{ create_item: [] }] }, '/edits/0/create_item must be an object'],
    [{ edits: [{ delete_key: 1 }] }, '/edits/0/delete_key must be a string'],
    [{ edits: [{ delete_key: 'x', if_match: 1 }] }, '/edits/0/if_match must be a string'],
    [{ edits: [{ ...good, precondition: {} }] }, '/edits/0/precondition is not known here'],
    [{ edits: [{ ...good, drop: 1 }] }, '/edits/0/drop is not known here'],
  ] as const
  for (const [json, fault] of cases) {
    const response = await call('PATCH /actions/post-batch', { as: ann, json })
    t.equal(response.statusCode, 400)
    t.equal(faultsIn(response)[0], fault)
  }
  t.equal(await stores.store('post').count(), before)
})

t.test('an anonymous caller is asked to log in, once its batch is one', async (t) => {
  const json = { edits: [{ delete_key: published }] }
  t.equal((await call('PATCH /actions/post-batch', { json })).statusCode, 401)
  t.equal((await call('PATCH /actions/post-batch', { json: {} })).statusCode, 400)
  t.equal((await call('PATCH /actions/post-batch', { as: 'bad', json: {} })).statusCode, 401)
})

t.test('a composite key is inside the item', async (t) => {
  const member = { room_id: annsRoom, person_id: bob }
  const outcomes = await edit(
    ann,
    {
      edits: [
        { update_item: { ...member, role: 'host' } },
        { update_item: { room_id: annsRoom, role: 'host' } },
      ],
    },
    'member',
  )
  t.same(codesOf(outcomes), ['ok', 'invalid'])
  t.match(outcomes[0]?.result?.item, { ...member, role: 'host' })
})

t.test('an ETag holds in a batch as it does alone', async (t) => {
  const { headers } = await call(`GET /actions/post/${published}`, { as: ann })
  const ifMatch = String(headers['etag'])
  const change = { update_item: { id: published, text: 'z' }, if_match: ifMatch }
  t.same(codesOf(await edit(ann, { edits: [change, change] })), ['ok', 'stale'])
  t.same(codesOf(await edit(ann, { edits: [{ delete_key: numberedId(5), if_match: '*' }] })), [
    'not_found',
  ])
})
