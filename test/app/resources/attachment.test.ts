/** Tests attachment.ts: nobody brings anything of an attachment. */
import t from 'tap'
import { attachment } from '../../../app/resources/attachment.ts'

t.test('all of an attachment is the server’s', async (t) => {
  for (const [name, { createMode, updatable }] of Object.entries(attachment.attributes)) {
    t.equal(createMode, 'never', name)
    t.notOk(updatable, name)
  }
})
