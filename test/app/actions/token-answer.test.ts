/** Tests token-answer.ts. */
import { test } from 'tap'
import Value from 'typebox/value'
import { TOKEN_ANSWER } from '../../../app/actions/token-answer.ts'
import type { TokenPair } from '../../../framework/index.ts'

test('a pair of tokens fits, and nothing less', (t) => {
  const pair: TokenPair = {
    access_token: 'a.b.c',
    token_type: 'Bearer',
    expires_in: 900,
    refresh_token: 'x',
  }
  t.ok(Value.Check(TOKEN_ANSWER, pair))
  for (const name of Object.keys(pair)) {
    t.notOk(Value.Check(TOKEN_ANSWER, { ...pair, [name]: null }), name)
    t.notOk(Value.Check(TOKEN_ANSWER, { ...pair, [name]: undefined }), name)
  }
  t.notOk(Value.Check(TOKEN_ANSWER, { ...pair, token_type: 'bearer' }))
  t.end()
})
