/** That the table of frames takes what the server makes, and refuses anything besides. */
import t from 'tap'
import Type from 'typebox'
import { eventFrame, resyncFrame } from '../../../framework/event/shared-frame.ts'
import { validatorOf } from '../../../framework/resource/validator.ts'
import { serverFrame } from '../../../framework/socket/server-frame.ts'
import {
  eventSchema,
  resultSchema,
  SERVER_FRAMES,
} from '../../../framework/socket/server-frame-schemas.ts'

const parse = (bytes: Buffer): object => JSON.parse(bytes.toString()) as object

t.test('frames as they are made fit, and none with a member more', (t) => {
  const payload = { channel: 'on_create_card', cursor: 'a-1', recovered: true }
  const made = {
    Subscribed: serverFrame('Subscribed', 2, { payload }),
    Unsubscribed: serverFrame('Unsubscribed', undefined, {
      channel: 'on_create_card',
      payload: { reason: 'forbidden' },
    }),
    Authenticated: serverFrame('Authenticated', 'a', {
      payload: { subject: 'ann', expires_in: 900 },
    }),
    Expiring: serverFrame('Expiring', undefined, { payload: { expires_in: 60 } }),
    Pong: serverFrame('Pong', undefined, { payload: { cursor: 'a-1' } }),
    Resync: resyncFrame('on_create_card').bytes(2),
  }
  for (const [name, bytes] of Object.entries(made)) {
    const validator = validatorOf(SERVER_FRAMES[name as keyof typeof made])
    const frame = parse(bytes)
    t.same(validator.faultsOf(frame), [], name)
    t.notOk(validator.isValid({ ...frame, more: 1 }), name)
    t.notOk(validator.isValid({ ...frame, type: 'Other' }), name)
  }
  t.end()
})

t.test('an event has the item, unless its row is gone', (t) => {
  const item = Type.Object({ text: Type.String() })
  const event = { channel: 'card', key: 'a', cursor: 'a-1' } as const
  const created = eventFrame({ ...event, op: 'create', payload: { text: 'hi' } }).bytes(1)
  const deleted = eventFrame({ ...event, op: 'delete' }).bytes(undefined)
  const [create, remove] = (['create', 'delete'] as const).map((op) =>
    validatorOf(eventSchema('card', op, item)),
  )
  t.same(create?.faultsOf(parse(created)), [])
  t.same(remove?.faultsOf(parse(deleted)), [])
  t.notOk(create?.isValid({ ...parse(created), payload: {} }))
  t.notOk(remove?.isValid({ ...parse(deleted), payload: { text: 'hi' } }))
  t.notOk(remove?.isValid({ ...parse(deleted), channel: 'letter' }))
  t.end()
})

t.test('a result has its status, and an etag and a payload where there can be', (t) => {
  const whole = validatorOf(resultSchema(200, { hasETag: true, payload: Type.String() }))
  const bare = validatorOf(resultSchema(204, { hasETag: false, payload: undefined }))
  const result = { type: 'Result', id: 3, status: 200, payload: 'hi' }
  t.ok(whole.isValid({ ...result, etag: '"a"' }))
  t.ok(whole.isValid(result))
  t.notOk(whole.isValid({ ...result, status: 201 }))
  t.ok(bare.isValid({ type: 'Result', id: 3, status: 204 }))
  t.notOk(bare.isValid({ ...result, status: 204 }))
  t.end()
})
