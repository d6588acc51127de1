/** What rules let callers do in the channels of rows, as stores tell it, on the database. */
import { test, type Test } from 'tap'
import type { PresenceRules } from '../../../framework/security/access-rules.ts'
import { callerStores } from '../../../framework/store/caller-stores.ts'
import {
  restrictedStoreFactory,
  type WriteRules,
} from '../../../framework/store/restricted-store-factory.ts'
import { rowChannels } from '../../../framework/store/row-channels.ts'
import { chat } from '../../kit/chat-resources.ts'
import { callerOf, numberedId, openTestStores } from '../../kit/stores.ts'

type WriteRooms = WriteRules<(typeof chat)['resources'], 'room'>
type Words = Parameters<WriteRooms>[0]

const [ann, bob, eve] = [numberedId(1), numberedId(2), numberedId(3)]
const [attic, garden, nowhere] = [numberedId(11), numberedId(12), numberedId(13)]

/** The attic is ann's, with bob as host; the garden bob's, with ann as guest; eve is in none. */
async function open(t: Test, write?: (words: Words) => PresenceRules) {
  const stores = await openTestStores(t, chat)
  for (const id of [ann, bob, eve]) await stores.store('person').create({ id, name: id })
  await stores.store('room').create({ id: attic, title: 'Attic', owner_id: ann })
  await stores.store('room').create({ id: garden, title: 'Garden', owner_id: bob })
  const members = stores.store('member')
  await members.create({ room_id: attic, person_id: bob, role: 'host' })
  const guest = await members.create({ room_id: garden, person_id: ann, role: 'guest' })
  const plain = (name: string) => stores.store(name as 'room')
  const rooms = restrictedStoreFactory(chat, 'room', (words) => ({
    read: words.row.owner_id
      .eq(words.me.id)
      .or(words.row.members.some(({ person_id }) => person_id.eq(words.me.id))),
    ...(write && { presence: write(words) }),
  }))
  const channels = rowChannels({
    plain,
    peersOf: callerStores({ registry: chat, factories: [rooms], plain }),
  })
  const keys = [garden, nowhere, attic, garden]
  return {
    stores,
    guest: guest.key,
    channels,
    rightsOf: (id: string) => channels.rightsIn(callerOf(id), 'room', keys),
  }
}

test('without a rule whoever reads a row may be in its channel', async (t) => {
  const { channels, rightsOf, stores } = await open(t)
  stores.statements.length = 0
  t.same(await rightsOf(ann), ['appear', 'none', 'appear', 'appear'])
  t.equal(stores.statements.length, 1, 'and it is asked for once')
  t.same(await rightsOf(eve), ['none', 'none', 'none', 'none'])
  t.same(await channels.rightsIn(callerOf(ann), 'post', ['1', '2']), ['none', 'none'])
  t.same(channels.linksUsed(callerOf(ann), 'room'), [{ target: 'member', holders: ['room_id'] }])
  t.same(channels.linksUsed(callerOf(ann), 'post'), [])
})

test('who sees, and who is seen, is as rules say', async (t) => {
  const { rightsOf, channels, stores, guest } = await open(t, ({ row, me }) => ({
    see: row.members.some(({ person_id }) => person_id.eq(me.id)),
    appear: row.members.some(({ person_id, role }) => person_id.eq(me.id).and(role.eq('host'))),
  }))
  t.same(
    await rightsOf(ann),
    ['see', 'none', 'none', 'see'],
    'an owner, but no member of the attic',
  )
  t.same(await rightsOf(bob), ['none', 'none', 'appear', 'none'])
  t.same(await rightsOf(eve), ['none', 'none', 'none', 'none'])
  await stores.store('member').update(guest, { role: 'host' })
  t.same(await rightsOf(ann), ['appear', 'none', 'none', 'appear'])
  t.equal(channels.linksUsed(callerOf(ann), 'room').length, 4)
})

test('what rules forbid to everybody, nobody may', async (t) => {
  const { rightsOf } = await open(t, ({ nobody }) => ({ appear: nobody }))
  t.same(await rightsOf(bob), ['see', 'none', 'see', 'see'])
})
