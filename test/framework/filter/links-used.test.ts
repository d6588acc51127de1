/** Which rows of other resources decide what a filter selects. */
import t from 'tap'
import { where } from '../../../framework/filter/expression.ts'
import { ALL } from '../../../framework/filter/filter.ts'
import { linksUsed } from '../../../framework/filter/links-used.ts'
import { chat, post, room } from '../../kit/chat-resources.ts'
import { place, samples } from '../../kit/sample-resources.ts'

t.test('a row that points at the filtered one tells which it is', (t) => {
  const filter = where(chat, 'room', (row) =>
    row.owner_id.eq('ann').or(row.members.some((one) => one.person_id.eq('ann')).not()),
  )
  t.same(linksUsed(room, filter), [{ target: 'member', holders: ['room_id'] }])
  const composite = where(samples, 'place', (row) => row.things.some((thing) => thing.int.eq(1)))
  t.same(linksUsed(place, composite), [
    { target: 'everything', holders: ['place_country', 'place_number'] },
  ])
  t.end()
})

t.test('a row that is pointed at, or is further away, does not', (t) => {
  const filter = where(chat, 'post', (row) =>
    row.draft
      .eq(false)
      .and(row.room.some((room) => room.members.some((one) => one.person_id.eq('ann')).not()))
      .and(row.replies.some((reply) => reply.author.some((author) => author.admin.eq(true)))),
  )
  t.same(linksUsed(post, filter), [
    { target: 'room', holders: undefined },
    { target: 'member', holders: undefined },
    { target: 'post', holders: ['reply_to_id'] },
    { target: 'person', holders: undefined },
  ])
  t.end()
})

t.test('without links there is nobody else to look at', (t) => {
  t.same(
    linksUsed(
      post,
      where(chat, 'post', (row) => row.text.eq('a').and(row.score.exists())),
    ),
    [],
  )
  t.same(linksUsed(post, ALL), [])
  t.end()
})
