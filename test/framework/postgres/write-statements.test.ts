/** Who may write what: rules against own, other and hidden rows, before and after. */

import t from 'tap'
import { ForbiddenError, InvalidError, StaleError } from '../../../framework/errors.ts'
import { ALL, and, NONE, type Filter } from '../../../framework/filter/filter.ts'
import { openAccess } from '../../../framework/security/access.ts'
import { ask, faultsOf } from '../../contracts/store.ts'
import { person, post } from '../../kit/chat-resources.ts'
import { CALLERS, IDS, openChat, outcomeOf, type Who } from '../../kit/chat.ts'
import { untilBlocking } from '../../kit/sql.ts'
import { numberedId } from '../../kit/stores.ts'

const ALL_CALLERS = Object.keys(CALLERS) as Who[]
const ABSENT = numberedId(99)
const NO_PEERS = { store: () => undefined }
const DRAFT = { kind: 'compare', attribute: 'draft', operator: 'eq', value: true } as const
const [DONE, NO, HIDDEN, LOG_IN] = ['done', 'forbidden', 'not_found', 'unauthenticated']

const chat = await openChat(t)
t.beforeEach(() => chat.reset())

t.test('who may update and delete which row', async (t) => {
  const outcomes = async (act: (who: Who) => Promise<unknown>) => {
    const all: string[] = []
    for (const who of ALL_CALLERS) all.push(await outcomeOf(act(who)))
    return all
  }
  //                nobody  ann     bob     cyd     admin
  const updates = [
    [IDS.annPost,   LOG_IN, DONE,   NO,     NO,     NO],
    [IDS.annDraft,  LOG_IN, DONE,   HIDDEN, HIDDEN, HIDDEN],
    [IDS.bobPost,   LOG_IN, NO,     DONE,   NO,     NO],
    [ABSENT,        LOG_IN, HIDDEN, HIDDEN, HIDDEN, HIDDEN],
    ['no key',      LOG_IN, HIDDEN, HIDDEN, HIDDEN, HIDDEN],
  ] as const // prettier-ignore
  for (const [key, ...expected] of updates) {
    t.same(
      await outcomes((who) => chat.as(who, 'post').update(key, { text: `by ${who}` })),
      expected,
      `update ${key}`,
    )
    t.same(
      await outcomes((who) => chat.as(who, 'post').update(key, {})),
      expected,
      `empty update ${key}`,
    )
    t.same(
      await outcomes(async (who) => {
        const [result] = await chat
          .as(who, 'post')
          .editBatch([{ kind: 'update', key, item: { text: `${key} by ${who}` } }])
        if (result?.success !== true)
          throw Object.assign(new ForbiddenError(), { code: result?.code })
      }),
      expected,
      `update in a batch ${key}`,
    )
  }
  const deletes = [
    [IDS.bobPost, { nobody: LOG_IN, ann: NO, cyd: NO, bob: DONE }],
    [IDS.annPost, { nobody: LOG_IN, bob: NO, cyd: NO, admin: DONE }],
    [IDS.bobDraft, { nobody: LOG_IN, ann: HIDDEN, cyd: HIDDEN, admin: HIDDEN, bob: DONE }],
    [ABSENT, { nobody: LOG_IN, ann: HIDDEN, admin: HIDDEN }],
  ] as const
  for (const [key, expected] of deletes) {
    for (const [who, outcome] of Object.entries(expected)) {
      t.equal(await outcomeOf(chat.as(who as Who, 'post').delete(key)), outcome, `${who}: ${key}`)
    }
  }
  t.same(
    await outcomes((who) => chat.as(who, 'room').update(IDS.room, { title: who })),
    [LOG_IN, DONE, NO, HIDDEN, HIDDEN],
    'a room: of its owner, seen by members',
  )
})

t.test('a refused write does nothing and asks once why', async (t) => {
  const before = await chat.store('post').readOrThrow(IDS.annPost)
  const [asked, writes] = [chat.statements.length, chat.writes()]
  await t.rejects(chat.as('bob', 'post').update(IDS.annPost, { text: 'mine' }), ForbiddenError)
  t.equal(chat.statements.length, asked + 2)
  await outcomeOf(chat.as('nobody', 'post').update(IDS.annPost, { text: 'mine' }))
  await outcomeOf(chat.as('nobody', 'post').delete(IDS.annPost))
  await outcomeOf(chat.as('nobody', 'post').create({ room_id: IDS.room, text: 'mine' } as never))
  t.equal(chat.statements.length, asked + 2, 'nothing is asked for callers whom no rule helps')
  await outcomeOf(chat.as('cyd', 'person').delete(IDS.ann))
  t.equal(chat.statements.length, asked + 3, 'what can never be is not tried')
  t.equal(chat.writes(), writes)
  t.strictSame(await chat.store('post').readOrThrow(IDS.annPost), before)
})

t.test('the row must be the caller’s to change before and after', async (t) => {
  const rooms = chat.as('ann', 'room')
  await t.rejects(rooms.update(IDS.room, { owner_id: IDS.bob }), ForbiddenError)
  t.equal((await rooms.update(IDS.room, { owner_id: IDS.ann })).item.owner_id, IDS.ann)
  await t.rejects(rooms.update(IDS.otherRoom, { owner_id: IDS.ann }), { code: 'not_found' })
})

t.test('a rule over the row before is not fooled by what is written', async (t) => {
  const posts = chat.as('ann', 'post')
  await posts.update(IDS.annDraft, { draft: true })
  await posts.update(IDS.annDraft, { draft: false, text: 'published' })
  await t.rejects(posts.update(IDS.annDraft, { draft: true }), ForbiddenError)
  await t.rejects(posts.update(IDS.annDraft, { draft: true, text: 'both' }), ForbiddenError)
  t.match((await posts.readOrThrow(IDS.annDraft)).item, { draft: false, text: 'published' })
})

t.test('rules of attributes are judged for those that are written', async (t) => {
  const create = (item: object) =>
    chat.as('ann', 'post').create({ room_id: IDS.room, ...item } as never)
  await t.rejects(create({ text: 'scored', score: 1 }), ForbiddenError)
  t.equal((await create({ text: 'scored', score: 1, draft: true })).item.score, 1)
  await t.rejects(chat.as('ann', 'post').update(IDS.annPost, { score: 1 }), ForbiddenError)
  const people = chat.as('ann', 'person')
  await t.rejects(people.update(IDS.ann, { admin: true }), ForbiddenError)
  await t.rejects(people.update(IDS.ann, { admin: false }), ForbiddenError)
  await t.rejects(chat.as('admin', 'person').update(IDS.admin, { admin: false }), ForbiddenError)
  t.equal((await chat.as('admin', 'person').update(IDS.ann, { admin: true })).item.admin, true)
  t.same(await faultsOf(t, people.update(IDS.ann, { digest: 'x' } as never)), [
    '/item/digest is not known here',
  ])
  t.equal(await outcomeOf(chat.as('nobody', 'person').update(IDS.ann, { admin: true })), LOG_IN)
  t.equal(await outcomeOf(people.create({ name: 'new' })), NO, 'nobody makes people')
})

t.test('what the server sets can’t be brought along', async (t) => {
  const posts = chat.as('bob', 'post')
  const item = { room_id: IDS.room, text: 'new', author_id: IDS.ann }
  t.same(await faultsOf(t, posts.create(item)), ['/item/author_id is not known here'])
  const made = await posts.create({ room_id: IDS.room, text: 'new' } as never)
  t.match(made, { item: { author_id: IDS.bob }, updatable: true, deletable: true })
  t.same(await faultsOf(t, posts.update(made.key, { author_id: IDS.ann } as never)), [
    '/item/author_id is not known here',
  ])
})

t.test('a create rule over links looks at the rows that are there', async (t) => {
  const create = (who: Who, room_id: string) =>
    outcomeOf(chat.as(who, 'post').create({ room_id, text: `by ${who}` } as never))
  t.equal(await create('bob', IDS.room), DONE)
  t.equal(await create('cyd', IDS.otherRoom), NO, 'its owner sees it and is no member')
  const join = (who: Who) =>
    outcomeOf(chat.as(who, 'member').create({ room_id: IDS.otherRoom, person_id: IDS.cyd }))
  t.equal(await join('ann'), 'invalid')
  t.equal(await join('cyd'), DONE)
  t.equal(await create('cyd', IDS.otherRoom), DONE)
})

t.test('a reference to a row that the caller can’t see is like one to nothing', async (t) => {
  const posts = chat.as('ann', 'post')
  const refusal = async (room_id: string) =>
    faultsOf(t, posts.create({ room_id, text: 'x' } as never))
  t.same(await refusal(IDS.otherRoom), ['/item/room_id is not the key of a room'])
  t.same(await refusal(ABSENT), await refusal(IDS.otherRoom))
  const answer = async (reply_to_id: string) =>
    faultsOf(t, posts.create({ room_id: IDS.room, text: 'x', reply_to_id } as never))
  t.same(await answer(IDS.bobDraft), ['/item/reply_to_id is not the key of a post'])
  t.same(await answer(ABSENT), await answer(IDS.bobDraft))
  const reply = async (reply_to_id: string) =>
    faultsOf(t, posts.update(IDS.annPost, { reply_to_id }))
  t.same(await reply(IDS.bobDraft), ['/item/reply_to_id is not the key of a post'])
  t.same(await reply(ABSENT), await reply(IDS.bobDraft))
  t.equal(
    (await posts.update(IDS.annPost, { reply_to_id: IDS.bobPost })).item.reply_to_id,
    IDS.bobPost,
  )
  t.equal((await posts.update(IDS.annPost, { reply_to_id: null })).item.reply_to_id, null)
  t.same(
    await faultsOf(t, chat.as('bob', 'post').update(IDS.annPost, { reply_to_id: ABSENT })),
    ['/item/reply_to_id is not the key of a post'],
    'invalid comes before forbidden',
  )
})

t.test('what is written must be visible to who writes it, before and after', async (t) => {
  const open = openAccess(person, CALLERS.ann)
  const access = { ...open, read: ask('name', 'startswith', 'a') }
  const store = chat.store('person').restricted(access, NO_PEERS)
  await t.rejects(store.create({ name: 'hidden' }), ForbiddenError)
  const { key } = await store.create({ name: 'a new one' })
  await t.rejects(store.update(key, { name: 'hidden' }), ForbiddenError)
  await t.rejects(store.update(IDS.bob, { name: 'a bob' }), { code: HIDDEN })
  await t.rejects(store.delete(IDS.cyd), { code: HIDDEN })
  t.equal((await store.update(key, { name: 'another' })).item.name, 'another')
})

t.test('a rule may look at the row before and after at once', async (t) => {
  const open = openAccess(post, CALLERS.ann)
  const wasDraft: Filter = { ...DRAFT, isBefore: true }
  const access = { ...open, update: and<Filter>(wasDraft, ask('text', 'ne', 'bad')) }
  const store = chat.store('post').restricted(access, NO_PEERS)
  await t.rejects(store.update(IDS.annDraft, { draft: false, text: 'bad' }), ForbiddenError)
  t.equal((await store.update(IDS.annDraft, { draft: false, text: 'good' })).item.draft, false)
  await t.rejects(store.update(IDS.annDraft, { draft: true, text: 'good' }), ForbiddenError)
  const created = { ...open, create: wasDraft }
  const never = chat.store('post').restricted(created, NO_PEERS)
  const item = { room_id: IDS.room, author_id: IDS.ann, text: 'x', draft: true }
  await t.rejects(never.create(item), ForbiddenError, 'what is made was nothing before')
})

t.test('what others may bring and this caller not is forbidden, not unknown', async (t) => {
  for (const [caller, code] of [[CALLERS.ann, NO], [CALLERS.nobody, LOG_IN]] as const) {
    const open = openAccess(person, caller)
    const denied = { ...open.attributes['email'], readable: ALL, creatable: NONE, updatable: NONE }
    const access = { ...open, attributes: { ...open.attributes, email: denied } }
    const store = chat.store('person').restricted(access, NO_PEERS)
    const asked = chat.statements.length
    t.equal(await outcomeOf(store.create({ name: 'new', email: 'new@x' })), code)
    t.equal(chat.statements.length, asked)
    t.equal(await outcomeOf(store.update(IDS.bob, { email: 'new@x' })), code)
    t.equal(chat.statements.length, code === NO ? asked + 1 : asked, 'it only looks whether there is a row')
    t.equal(await outcomeOf(store.update(ABSENT, { email: 'x' })), code === NO ? HIDDEN : code)
  } // prettier-ignore
})

t.test('a precondition is confined to what the caller may know', async (t) => {
  const update = (who: Who, precondition: Filter) =>
    chat.as(who, 'person').update(IDS[who as 'ann'], { name: who }, { precondition })
  await update('ann', ask('email', 'eq', 'ann@x'))
  await t.rejects(update('ann', ask('email', 'eq', 'other')), StaleError)
  const error = await t.rejects(update('ann', ask('digest', 'eq', 'secret of ann')), InvalidError)
  t.match(error, { faults: [{ pointer: '/precondition/digest', detail: 'is not known here' }] })
  await t.rejects(
    chat
      .as('bob', 'person')
      .update(IDS.ann, { name: 'x' }, { precondition: ask('email', 'eq', 'ann@x') }),
    ForbiddenError,
    'and 403 comes before 412',
  )
})

t.test('an update that relies on a link waits for who changes it', async (t) => {
  const [removed, removing] = [
    Promise.withResolvers<undefined>(),
    Promise.withResolvers<undefined>(),
  ]
  const removal = chat.database.transaction(async (transaction) => {
    const text = `delete from member where person_id = '${IDS.ann}'`
    await transaction.query({ text, values: [] })
    removed.resolve(undefined)
    await removing.promise
    // PGlite has one connection: there nobody can even begin meanwhile.
    if (chat.database.kind === 'postgres') await untilBlocking(transaction)
  })
  await removed.promise
  const update = outcomeOf(chat.as('ann', 'post').update(IDS.annPost, { text: 'too late' }))
  removing.resolve(undefined)
  await removal
  t.equal(await update, NO)
  t.equal((await chat.store('post').readOrThrow(IDS.annPost)).item.text, 'hello')
})
