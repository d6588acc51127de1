/** That callers of the same standing share what was compiled, and nothing else. */

import t from 'tap'
import { ALL, type Filter } from '../../../framework/filter/filter.ts'
import { slotAccesses } from '../../../framework/postgres/slot-access.ts'
import { openAccess, type Access } from '../../../framework/security/access.ts'
import { ask } from '../../contracts/store.ts'
import { person, chat as registry } from '../../kit/chat-resources.ts'
import { CALLERS, IDS, openChat } from '../../kit/chat.ts'
import { callerOf } from '../../kit/stores.ts'

t.test('callers of the same standing share their slots, and keep their values', async (t) => {
  const chat = await openChat(t)
  const takeApart = slotAccesses(registry, registry.resource('person'))
  const take = (access: Access) => takeApart(access, () => undefined)
  const [ann, bob, admin, nobody] = [
    take(chat.as('ann', 'person').access), take(chat.as('bob', 'person').access),
    take(chat.as('admin', 'person').access), take(chat.as('nobody', 'person').access),
  ] // prettier-ignore
  t.equal(ann.slots, bob.slots)
  t.ok(ann.values.includes(IDS.ann) && !ann.values.includes(IDS.bob))
  t.same(
    bob.values,
    ann.values.map((value) => (value === IDS.ann ? IDS.bob : value)),
  )
  t.equal(new Set([ann, admin, nobody].map(({ slots }) => slots.id)).size, 3)
})

t.test('which attributes share a rule is part of the shape', async (t) => {
  const takeApart = slotAccesses(registry, person)
  const take = (...rules: readonly Filter[]) => {
    const open = openAccess(person, CALLERS.ann)
    const names = ['name', 'email', 'admin']
    const attributes = names.map((name, index) => {
      return [name, { creatable: ALL, updatable: ALL, readable: rules[index] ?? ALL }] as const
    })
    const access = { ...open, attributes: Object.fromEntries(attributes) }
    return takeApart(access, () => undefined).slots.id
  }
  const [a, b] = [ask('name', 'eq', 'a'), ask('name', 'eq', 'b')]
  t.equal(take(a, b, a), take(b, a, b))
  t.equal(new Set([take(a, b, a), take(a, b, b), take(a, a, a), take(a, a, b)]).size, 4)
})

t.test('which rows of other resources may be pointed at is part of the shape', async (t) => {
  const chat = await openChat(t)
  const takeApart = slotAccesses(registry, registry.resource('post'))
  const { access } = chat.as('ann', 'post')
  const alone = takeApart(access, () => undefined)
  const among = takeApart(access, (name) => chat.as('ann', name as 'room'))
  t.not(alone.slots, among.slots)
  t.same(
    alone.slots.references.map(({ read }) => read.kind),
    ['all', 'all', 'all'],
  )
  t.same(
    among.slots.references.map(({ read }) => read.kind),
    ['or', 'all', 'or'],
  )
})

t.test('steady callers cost no compiling, new ones of the same standing neither', async (t) => {
  const chat = await openChat(t)
  const round = async (who: Parameters<typeof chat.as>[0]) => {
    const posts = chat.as(who, 'post')
    await posts.read(IDS.annPost)
    await posts.search({
      filter: { kind: 'exists', attribute: 'text' },
      order: [{ attribute: 'text', isDescending: true }],
    })
    await posts.count()
    await posts.readBatch([IDS.annPost, IDS.bobPost])
    await posts.update(IDS.annPost, { text: 'hello' }).catch(() => undefined)
    const made = await posts
      .create({ room_id: IDS.room, text: 'x' } as never)
      .catch(() => undefined)
    await posts.delete(made?.key ?? IDS.annPost).catch(() => undefined)
  }
  await round('ann')
  await round('bob')
  await round('cyd')
  const before = chat.compiledPlanCount()
  t.ok(before > 8)
  await round('ann')
  await round('bob')
  await round(callerOf(IDS.admin))
  t.equal(chat.compiledPlanCount(), before)
  const texts = chat.statements.map(({ text }) => text)
  t.same(
    texts.filter((text) => /0000|hello|by ann|\b(ann|bob|cyd)\b/.test(text)),
    [],
  )
  t.ok(
    chat.statements.slice(-5).every(({ name }) => name !== undefined),
    'and is prepared',
  )
})
