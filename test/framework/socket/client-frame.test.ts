/** What clients send is checked whole. */
import t from 'tap'
import { idOf, toClientFrame } from '../../../framework/socket/client-frame.ts'

t.test('frames of every type that is served are taken', (t) => {
  const frames = [
    { type: 'Subscribe', payload: 'on_it' },
    { type: 'Subscribe', id: 'a', payload: { channel: 'on_it' } },
    { type: 'Subscribe', id: 1, payload: { channel: 'on_it', since: 'e-1', ops: ['create'], filter: {} } },
    { type: 'Unsubscribe', payload: 'on_it' },
    { type: 'Unsubscribe', id: -7 },
    { type: 'Authenticate', payload: { token: 't' } },
    { type: 'Call', id: 3, payload: { action: 'card_create' } },
    { type: 'Call', id: 3, payload: { action: 'card_create', input: { item: {} }, key: 'k' } },
    { type: 'Track', id: 4, payload: { channel: 'room:1', meta: { typing: true }, ttl: 5 } },
    { type: 'Track', payload: { channel: 'room:1', meta: null } },
    { type: 'Track', payload: { channel: 'room:1' } },
    { type: 'Ping' },
    { type: 'Ping', id: 'p' },
  ] // prettier-ignore
  for (const frame of frames) t.equal(toClientFrame(frame), frame)
  t.end()
})

t.test('what is no such frame is refused, and each fault is pointed at', (t) => {
  const table: readonly (readonly [value: unknown, pointers: readonly string[]])[] = [
    [null, ['']],
    [[], ['']],
    ['Ping', ['']],
    [{}, ['/type']],
    [{ type: 5 }, ['/type']],
    [{ type: 'ping' }, ['/type']],
    [{ type: 'toString' }, ['/type']],
    [{ type: 'Call', payload: { action: 'card_create', input: {} } }, ['/id']],
    [{ type: 'Call', id: 3, payload: {} }, ['/payload/action']],
    [{ type: 'Call', id: 3, payload: { action: 'x'.repeat(201) } }, ['/payload/action']],
    [{ type: 'Call', id: 3, payload: { action: 'a', input: [] } }, ['/payload/input']],
    [
      { type: 'Call', id: 3, payload: { action: 'a', key: 1, more: 1 } },
      ['/payload/more', '/payload/key'],
    ],
    [{ type: 'Track', id: 4 }, ['/payload']],
    [{ type: 'Track', payload: 'room:1' }, ['/payload']],
    [{ type: 'Track', payload: { meta: {} } }, ['/payload/channel']],
    [{ type: 'Track', payload: { channel: 'a', meta: [] } }, ['/payload/meta']],
    [{ type: 'Track', payload: { channel: 'a', meta: 'typing' } }, ['/payload/meta']],
    [{ type: 'Track', payload: { channel: 'a', meta: {}, ttl: 0 } }, ['/payload/ttl']],
    [{ type: 'Track', payload: { channel: 'a', meta: {}, ttl: 301 } }, ['/payload/ttl']],
    [{ type: 'Track', payload: { channel: 'a', meta: {}, ttl: 1.5 } }, ['/payload/ttl']],
    [{ type: 'Track', payload: { channel: 'a', subject: 'b' } }, ['/payload/subject']],
    [{ type: 'Ping', payload: {} }, ['/payload']],
    [{ type: 'Ping', id: {} }, ['/id']],
    [{ type: 'Ping', id: null }, ['/id']],
    [{ type: 'Ping', id: 1.5 }, ['/id']],
    [{ type: 'Ping', id: '' }, ['/id']],
    [{ type: 'Ping', id: 'x'.repeat(65) }, ['/id']],
    [{ type: 'Ping', more: 1 }, ['/more']],
    [{ type: 'Subscribe' }, ['/payload']],
    [{ type: 'Subscribe', payload: 5 }, ['/payload']],
    [{ type: 'Subscribe', payload: {} }, ['/payload/channel']],
    [{ type: 'Subscribe', payload: { channel: 'a', more: 1 } }, ['/payload/more']],
    [{ type: 'Subscribe', payload: { channel: 'a', since: 5 } }, ['/payload/since']],
    [{ type: 'Subscribe', payload: { channel: 'a', ops: [] } }, ['/payload/ops']],
    [{ type: 'Unsubscribe', payload: {} }, ['/payload']],
    [{ type: 'Authenticate', payload: 't' }, ['/payload']],
    [{ type: 'Authenticate', payload: {} }, ['/payload/token']],
  ]
  for (const [value, pointers] of table) {
    try {
      toClientFrame(value)
      t.fail(JSON.stringify(value))
    } catch (error) {
      const { faults } = error as { readonly faults: readonly { readonly pointer: string }[] }
      const found = faults.map(({ pointer }) => pointer)
      for (const pointer of pointers)
        t.ok(found.includes(pointer), `${JSON.stringify(value)}: ${found.join(' ')}`)
    }
  }
  t.end()
})

t.test('an id is told of anything that has a good one', (t) => {
  t.equal(idOf({ type: 'Nonsense', id: 3 }), 3)
  t.equal(idOf({ id: 'a' }), 'a')
  for (const value of [null, 3, [], {}, { id: null }, { id: {} }, { id: '' }, { id: 1.5 }]) {
    t.equal(idOf(value), undefined, JSON.stringify(value))
  }
  t.end()
})
