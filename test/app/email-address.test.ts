/** Tests email-address.ts. */
import t from 'tap'
import { tidyEmailAddress } from '../../app/email-address.ts'

t.test('an address is kept in lower case', (t) => {
  t.equal(tidyEmailAddress('Tim@Example.ORG'), 'tim@example.org')
  t.end()
})
