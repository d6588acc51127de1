/** That documents tell of every frame, by examples that the server would take and send. */
import t from 'tap'
import { CLIENT_FRAMES, toClientFrame } from '../../../framework/socket/client-frame.ts'
import { CLIENT_NOTES, SERVER_NOTES } from '../../../framework/socket/frame-notes.ts'
import { SERVER_FRAMES } from '../../../framework/socket/server-frame-schemas.ts'

t.test('every frame that is served has notes, and its examples are taken', (t) => {
  const notes = Object.entries(CLIENT_NOTES)
  for (const type of Object.keys(CLIENT_FRAMES)) t.hasOwnProp(CLIENT_NOTES, type)
  for (const [type, { summary, examples }] of notes) {
    t.match(summary, /^[A-Z].+\.$/)
    t.ok(examples.length > 0)
    if (!Object.hasOwn(CLIENT_FRAMES, type)) continue
    for (const example of examples) t.same(toClientFrame(example), example)
  }
  t.end()
})

t.test('every frame of the server has notes, and nothing else has', (t) => {
  t.same(Object.keys(SERVER_NOTES).toSorted(), Object.keys(SERVER_FRAMES).toSorted())
  for (const [type, { summary, example }] of Object.entries(SERVER_NOTES)) {
    t.match(summary, /^[A-Z].+\.$/)
    t.match(example, { type })
  }
  t.end()
})
