/** Rows that links lead to, read for all groups by one statement. */
import t from 'tap'
import { linkedRowsReader } from '../../../framework/postgres/linked-rows.ts'
import { chat } from '../../kit/chat-resources.ts'
import { IDS, openChat } from '../../kit/chat.ts'

t.test('the rows of every group come in wire form, without secrets', async (t) => {
  const { database, statements } = await openChat(t)
  const read = linkedRowsReader(database, chat)
  const people = await read({ resource: 'person', attributes: ['id'], groups: [[IDS.ann], [IDS.bob]] }) // prettier-ignore
  t.equal(people?.length, 2)
  const found = people?.find(({ id }) => id === IDS.ann)
  t.match(found, { name: 'ann', email: 'ann@x', admin: false, updated_at: /^2026-.*Z$/ })
  t.notOk(Object.hasOwn(found ?? {}, 'digest'))
  statements.length = 0
  const members = await read({
    resource: 'member',
    attributes: ['room_id', 'person_id'],
    groups: [[IDS.room, IDS.bob], [IDS.otherRoom, IDS.bob]],
  }) // prettier-ignore
  t.same(members, [{ room_id: IDS.room, person_id: IDS.bob, role: 'guest' }])
  t.same(await read({ resource: 'member', attributes: ['room_id'], groups: [] }), [])
})

t.test('more rows than memory should hold are none', async (t) => {
  const { database } = await openChat(t)
  await database.script(`insert into post (id, room_id, author_id, draft, text)
    select gen_random_uuid(), '${IDS.room}', '${IDS.ann}', false, 'post ' || n from generate_series(1, 10001) n`)
  const read = linkedRowsReader(database, chat)
  t.equal(
    await read({ resource: 'post', attributes: ['room_id'], groups: [[IDS.room]] }),
    undefined,
  )
})
