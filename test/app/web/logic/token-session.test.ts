/** Tests token-session.ts. */
import t from 'tap'
import { sessionOfToken } from '../../../../app/web/logic/token-session.ts'

t.test('a token tells its session, and another text none', (t) => {
  const claims = Buffer.from(JSON.stringify({ sub: 'ünï>>??', sid: 'one' })).toString('base64url')
  t.equal(sessionOfToken(`head.${claims}.signature`), 'one')
  for (const text of ['', 'a.b.c', `a.${btoa('{}')}.c`]) t.equal(sessionOfToken(text), '')
  t.end()
})
