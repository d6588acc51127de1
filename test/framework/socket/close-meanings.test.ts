/** That every code has a meaning. */
import t from 'tap'
import { CLOSE_MEANINGS } from '../../../framework/socket/close-meanings.ts'
import { CLOSE_CODES } from '../../../framework/socket/socket-limits.ts'

t.test('every code with which the server closes has a meaning', (t) => {
  for (const code of [...Object.values(CLOSE_CODES), 1000, 1006, 1009]) {
    t.match(CLOSE_MEANINGS[code], /^[A-Z].+\.$/, String(code))
  }
  t.match(CLOSE_MEANINGS[CLOSE_CODES.slow], /resume/)
  t.match(CLOSE_MEANINGS[CLOSE_CODES.unauthenticated], /log in/)
  t.end()
})
