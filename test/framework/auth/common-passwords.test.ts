/**
 * That the list of common passwords is of use as it is looked up: long enough, lower case,
 * normalised.
 */
import t from 'tap'

import { COMMON_PASSWORDS } from '../../../framework/auth/common-passwords.ts'

t.test('it has thousands of entries that are long enough to be chosen', async (t) => {
  const longEnough = [...COMMON_PASSWORDS].filter((password) => password.length >= 8)
  t.ok(longEnough.length >= 10_000, `${longEnough.length}`)
})

t.test('its entries are in the form in which they are looked up', async (t) => {
  for (const entry of COMMON_PASSWORDS) {
    if (entry !== entry.normalize('NFKC').toLowerCase()) t.fail(entry)
    if (!/^\S{2,}$/.test(entry)) t.fail(entry)
  }
})
