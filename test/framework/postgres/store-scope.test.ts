/** That callers see what they may, whichever way they ask. */

import t from 'tap'
import { ForbiddenError, InvalidError, UnauthenticatedError } from '../../../framework/errors.ts'
import type { Filter } from '../../../framework/filter/filter.ts'
import { joinsOf, linked } from '../../../framework/filter/filter.ts'
import { openAccess } from '../../../framework/security/access.ts'
import { ask } from '../../contracts/store.ts'
import { chat as registry } from '../../kit/chat-resources.ts'
import { CALLERS, IDS, openChat, type Who } from '../../kit/chat.ts'

const by = (attribute: string) => [{ attribute, isDescending: false }]

const chat = await openChat(t)
t.beforeEach(() => chat.reset())

t.test('a caller sees what it may read, whichever way it asks', async (t) => {
  const seen = async (who: Who) => {
    const store = chat.as(who, 'post')
    const texts = (await store.search()).results.map(({ item }) => item.text)
    t.equal(await store.count(), texts.length)
    t.same(await store.countGroups({ attributes: ['room_id'], groups: [[IDS.room]] }), [
      texts.length,
    ])
    t.equal((await Array.fromAsync(store.searchAll())).length, texts.length)
    const keys = [IDS.annPost, IDS.annDraft, IDS.bobPost, IDS.bobDraft]
    const [read, batch] = [
      await Promise.all(keys.map((key) => store.read(key))),
      await store.readBatch(keys),
    ]
    t.strictSame(read, batch)
    t.equal(batch.filter((result) => result !== undefined).length, texts.length)
    return texts
  }
  t.same(await seen('nobody'), ['hello', 'hi ann'])
  t.same(await seen('ann'), ['hello', 'draft of ann', 'hi ann'])
  t.same(await seen('bob'), ['hello', 'hi ann', 'draft of bob'])
  const rooms = async (who: Who) =>
    (await chat.as(who, 'room').search()).results.map(({ key }) => key)
  t.same(await rooms('ann'), [IDS.room])
  t.same(await rooms('cyd'), [IDS.otherRoom])
  t.same(await rooms('admin'), [])
})

t.test('who may read nothing is asked to log in, or told that it may not', async (t) => {
  const asked = chat.statements.length
  const rooms = chat.as('nobody', 'room')
  const operations: readonly (() => Promise<unknown>)[] = [
    () => rooms.read(IDS.room),
    () => rooms.readOrThrow('no key'),
    () => rooms.readBatch([IDS.room]),
    () => rooms.search(),
    () => rooms.count(),
    () => rooms.update('no key', { title: 'x' }),
    () => rooms.delete(IDS.room),
    () => rooms.create({ title: 'x' } as never),
    () => rooms.searchGroups({ attributes: [], groups: [] }),
    () => rooms.updateAll({ kind: 'all' }, { title: 'x' }),
    () => rooms.deleteAll({ kind: 'all' }),
  ]
  for (const operation of operations) await t.rejects(operation(), UnauthenticatedError)
  const closed = {
    ...openAccess(registry.resource('room'), CALLERS.ann),
    read: { kind: 'none' },
  } as const
  const store = chat.store('room').restricted(closed, { store: () => undefined })
  t.equal(await store.read(IDS.room), undefined)
  t.strictSame(await store.readBatch([IDS.room]), [undefined])
  await t.rejects(store.search(), ForbiddenError)
  await t.rejects(store.count(), ForbiddenError)
  t.equal(chat.statements.length, asked, 'without a look at the database')
  await t.rejects(store.update(IDS.room, { title: 'x' }), { code: 'not_found' })
})

t.test('who may not search may still read', async (t) => {
  const access = { ...openAccess(registry.resource('room'), CALLERS.ann), isSearchable: false }
  const store = chat.store('room').restricted(access, { store: () => undefined })
  t.equal((await store.readOrThrow(IDS.room)).key, IDS.room)
  await t.rejects(store.search(), ForbiddenError)
  await t.rejects(store.count(), ForbiddenError)
  await t.rejects(store.countGroups({ attributes: ['title'], groups: [] }), ForbiddenError)
})

t.test('filters and orders tell nothing of what the caller may not read', async (t) => {
  const people = chat.as('bob', 'person')
  const names = async (filter: Filter) =>
    (await people.search({ filter })).results.map(({ item }) => item.name)
  t.same(await names(ask('email', 'contains', '@x')), ['bob'])
  t.same(await names({ kind: 'not', filter: ask('email', 'contains', '@y') }), ['bob'])
  t.same(await names({ kind: 'not', filter: { kind: 'exists', attribute: 'email' } }), [])
  t.same(await names({ kind: 'query', words: ['@X'] }), ['bob'])
  t.equal(await people.count(ask('email', 'eq', 'ann@x')), 0)
  for (const attribute of ['digest', 'nope']) {
    const search = people.search({ filter: ask(attribute, 'eq', 'secret of ann') })
    const error = await t.rejects(search, InvalidError)
    t.match(error, { faults: [{ pointer: `/filter/${attribute}`, detail: 'is not known here' }] })
    await t.rejects(people.count(ask(attribute, 'eq', 'x')), InvalidError)
    await t.rejects(people.search({ order: by(attribute) }), InvalidError)
    await t.rejects(people.countGroups({ attributes: [attribute], groups: [['x']] }), InvalidError)
    await t.rejects(people.searchGroups({ attributes: [attribute], groups: [['x']] }), InvalidError)
  }
  await t.rejects(people.search({ order: by('email') }), InvalidError, 'in some rows is not in all')
  t.same(
    await people.countGroups({ attributes: ['email'], groups: [['ann@x'], ['bob@x']] }),
    [0, 1],
  )
})

t.test('links lead to rows that the caller may read, and to no others', async (t) => {
  const over = (link: string, filter: Filter) =>
    linked(joinsOf(registry, registry.resource('person'), link), filter)
  const authors = async (who: Who, filter: Filter) =>
    (await chat.as(who, 'person').search({ filter: over('posts', filter) })).results.map(
      ({ item }) => item.name,
    )
  t.same(await authors('ann', ask('text', 'startswith', 'draft')), ['ann'])
  t.same(await authors('bob', ask('text', 'startswith', 'draft')), ['bob'])
  t.same(await authors('nobody', ask('text', 'startswith', 'draft')), [])
  t.same(await authors('nobody', { kind: 'all' }), ['ann', 'bob'])
})
