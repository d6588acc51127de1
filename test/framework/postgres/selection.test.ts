/** What of a row a caller gets to see. */

import t from 'tap'
import type { Result } from '../../../framework/store/store.ts'
import { IDS, openChat, type Who } from '../../kit/chat.ts'

const chat = await openChat(t)
t.beforeEach(() => chat.reset())

t.test('an attribute that the caller may not read is absent, row by row', async (t) => {
  const emails = async (who: Who) => {
    const { results } = await chat.as(who, 'person').search()
    return results.map(({ item }) => ('email' in item ? item.email : 'absent'))
  }
  t.same(await emails('nobody'), ['absent', 'absent', 'absent', 'absent'])
  t.same(await emails('ann'), ['ann@x', 'absent', 'absent', 'absent'])
  t.same(
    await emails('cyd'),
    ['absent', 'absent', null, 'absent'],
    'null is another thing than absent',
  )
  t.same(await emails('admin'), ['ann@x', 'bob@x', null, null])

  t.test('and does not leave the database', async (t) => {
    await chat.as('bob', 'person').read(IDS.ann)
    t.match(
      chat.statements.at(-1)?.text,
      /case when "t0"."id" = cast\(\$\d as uuid\) then "t0"."email" end/,
    )
  })

  t.test('in every operation', async (t) => {
    const store = chat.as('bob', 'person')
    const [batched] = await store.readBatch([IDS.ann])
    const [group] = await store.searchGroups({ attributes: ['name'], groups: [['ann']] })
    const [streamed] = await Array.fromAsync(store.searchAll())
    const admins = chat.as('admin', 'person')
    const written = await chat.as('bob', 'person').update(IDS.bob, { name: 'bob' })
    for (const result of [await store.read(IDS.ann), batched, group?.results[0], streamed]) {
      t.match(result, { key: IDS.ann, item: { name: 'ann' } })
      t.notOk('email' in (result?.item ?? {}))
    }
    t.equal(written.item.email, 'bob@x')
    t.equal((await admins.update(IDS.ann, { name: 'ann' })).item.email, 'ann@x')
  })
})

t.test('a secret is in no result of anybody', async (t) => {
  const results = async (who: Who) => {
    const store = chat.as(who, 'person')
    return [
      await store.read(IDS.ann),
      ...(await store.readBatch([IDS.ann])),
      ...(await store.search()).results,
      ...(await Array.fromAsync(store.readAll([IDS.ann]))),
    ]
  }
  const all: (Result | undefined)[] = [
    ...(await results('nobody')), ...(await results('ann')), ...(await results('admin')),
    await chat.store('person').readOrThrow(IDS.ann),
    await chat.store('person').update(IDS.ann, { digest: 'another secret' }),
  ] // prettier-ignore
  t.notMatch(JSON.stringify(all), /secret|digest/)
  t.equal((await chat.store('person').unsafeReadSecrets(IDS.ann))?.digest, 'another secret')
})

t.test('a result says what the caller may do with its row', async (t) => {
  const rights = async (who: Who) => {
    const { results } = await chat.as(who, 'post').search()
    return results.map(({ item, updatable, deletable }) => {
      return `${item.text}: ${updatable ? 'u' : ''}${deletable ? 'd' : ''}`
    })
  }
  t.same(await rights('nobody'), ['hello: ', 'hi ann: '])
  t.same(await rights('ann'), ['hello: ud', 'draft of ann: ud', 'hi ann: '])
  t.same(await rights('admin'), ['hello: d', 'hi ann: d'])
  const [room] = (await chat.as('ann', 'room').search()).results
  t.match(room, { key: IDS.room, updatable: true, deletable: true })
  t.match(await chat.as('bob', 'room').read(IDS.room), { updatable: false, deletable: false })
})

t.test('a rule that says two things of a row is asked once', async (t) => {
  const { access } = chat.as('ann', 'post')
  const store = chat
    .store('post')
    .restricted({ ...access, delete: access.update }, { store: () => undefined })
  const mine = await store.search()
  t.equal(chat.statements.at(-1)?.text.match(/coalesce\(/g)?.length, 1)
  t.ok(mine.results.every(({ updatable, deletable }) => updatable === deletable))
})

t.test('the key is there when its attribute is not', async (t) => {
  const { access } = chat.as('nobody', 'person')
  const attributes = { ...access.attributes, id: { ...NOTHING }, name: { ...NOTHING } }
  const store = chat
    .store('person')
    .restricted({ ...access, attributes }, { store: () => undefined })
  const result = await store.readOrThrow(IDS.ann)
  t.equal(result.key, IDS.ann)
  t.same(Object.keys(result.item), ['admin', 'updated_at'])
  const page = await store.search({ limit: 1 })
  t.same(page.next, [IDS.ann])
})

const NOTHING = {
  readable: { kind: 'none' },
  creatable: { kind: 'none' },
  updatable: { kind: 'none' },
} as const
