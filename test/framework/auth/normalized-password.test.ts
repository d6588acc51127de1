/** That one password has one text on every system, and what can't be a password. */
import t from 'tap'

import {
  codePoints,
  MAX_PASSWORD_LENGTH,
  normalizedPassword,
} from '../../../framework/auth/normalized-password.ts'

t.test('composed, decomposed, wide and ligature spellings are one password', async (t) => {
  t.equal(normalizedPassword('Ame\u0301lie'), normalizedPassword('Am\u00e9lie'))
  t.equal(normalizedPassword('\uff50\uff57\uff11'), 'pw1')
  t.equal(normalizedPassword('o\ufb03ce'), 'office')
})

t.test('case, spaces and signs are kept', async (t) => {
  for (const password of ['  two words ', 'ÄÖü', 'a\u0000b', '🔑🗝️', '<>&\'"']) {
    t.equal(normalizedPassword(password), password.normalize('NFKC'))
  }
})

t.test('nothing, half a surrogate pair and more than can be chosen are no passwords', async (t) => {
  const refused = ['', '\ud800', 'abc\udc00def', 'x'.repeat(MAX_PASSWORD_LENGTH + 1)]
  for (const password of [...refused, '\ufdfa'.repeat(200), 'x'.repeat(1_000_000)]) {
    t.equal(normalizedPassword(password), undefined)
  }
})

t.test('the length is counted in code points after normalising', async (t) => {
  t.equal(codePoints('🔑é'), 2)
  const longest = ['🔑'.repeat(256), 'e\u0301'.repeat(256), 'x'.repeat(256)]
  for (const password of longest) t.equal(codePoints(normalizedPassword(password) ?? ''), 256)
})
