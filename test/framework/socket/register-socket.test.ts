/** Sockets from the outside: the frames of DESIGN §4 as they are on the wire. */
import t from 'tap'
import { cardCreated } from '../../kit/cards.ts'
import { openSocketServer } from '../../kit/socket-server.ts'

t.test('an anonymous client subscribes, gets what is created, and ends it', async (t) => {
  const { app, feed, dial } = await openSocketServer()
  t.teardown(() => app.close())
  const { client } = await dial()
  t.same(await client.ask({ type: 'Subscribe', payload: 'on_create_card' }), {
    type: 'Subscribed',
    payload: { channel: 'on_create_card', cursor: 'e1-0', recovered: true },
  })
  feed.commit(cardCreated('c1'))
  t.same(await client.next(), {
    type: 'Event',
    channel: 'on_create_card',
    op: 'create',
    key: 'c1',
    cursor: 'e1-1',
    payload: { id: 'c1', text: 'text of c1', author: 'ann', is_public: true },
  })
  t.same(await client.ask({ type: 'Unsubscribe', payload: 'on_create_card' }), {
    type: 'Unsubscribed',
    channel: 'on_create_card',
    payload: { reason: 'client' },
  })
  feed.commit(cardCreated('c2'))
  t.match(await client.ask('nonsense'), { type: 'Error', status: 400, payload: { status: 400 } })
  t.same(await client.ask({ type: 'Ping' }), { type: 'Pong', payload: { cursor: 'e1-2' } })
  t.same(client.waiting, [])
})
