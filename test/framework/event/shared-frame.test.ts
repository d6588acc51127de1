/** Frames are made once for all who named their subscription alike. */
import t from 'tap'
import {
  eventFrame,
  presenceFrame,
  presenceStateFrame,
  resyncFrame,
} from '../../../framework/event/shared-frame.ts'

const CONTENT = { channel: 'on_it', op: 'delete', key: 'k', cursor: 'e1-1' } as const

t.test('the same name gets the same bytes, another name others', (t) => {
  const frame = eventFrame({ ...CONTENT, payload: { text: 'ä' } })
  t.equal(frame.bytes(undefined), frame.bytes(undefined))
  t.equal(frame.bytes(1), frame.bytes(1))
  t.not(frame.bytes(1), frame.bytes(2))
  t.not(frame.bytes(1), frame.bytes('1'))
  t.end()
})

t.test('a frame is JSON, with the name of the subscription after the type', (t) => {
  const frame = eventFrame({ ...CONTENT, payload: { text: 'ä' } })
  const tail = '"channel":"on_it","op":"delete","key":"k","cursor":"e1-1","payload":{"text":"ä"}}'
  t.equal(frame.bytes(undefined).toString(), `{"type":"Event",${tail}`)
  t.equal(frame.bytes(-7).toString(), `{"type":"Event","id":-7,${tail}`)
  t.equal(frame.bytes('a"b').toString(), `{"type":"Event","id":"a\\"b",${tail}`)
  t.same(JSON.parse(eventFrame(CONTENT).bytes(1).toString()), { type: 'Event', id: 1, ...CONTENT })
  const presence = { channel: 'room:1', joins: [{ key: 'k', subject: 's', meta: {} }], leaves: [] }
  t.same(JSON.parse(presenceFrame(presence).bytes('p').toString()), {
    type: 'Presence',
    id: 'p',
    payload: presence,
  })
  const state = presenceStateFrame('room:"', ['{"key":"a"}', '{"key":"b"}'])
  t.same(JSON.parse(state.bytes(undefined).toString()), {
    type: 'Presence',
    payload: { channel: 'room:"', state: [{ key: 'a' }, { key: 'b' }] },
  })
  t.equal(resyncFrame('on_it').bytes(1).toString(), '{"type":"Resync","id":1,"channel":"on_it"}')
  t.end()
})
